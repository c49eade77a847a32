import type { Evidence } from './evidence.ts';

export function checkDeliveries({ courier, facts }: Evidence): string[] {
  const known = new Map(facts.deliveries.map((row) => [row.delivery_id, row]));
  const causes = facts.events
    .filter(({ type }) => type === 'command.accepted' || type === 'command.refused')
    .map(({ data }) => String(data['cause']));
  const problems: string[] = [];
  if (known.size !== facts.deliveries.length) problems.push('a delivery is in the database twice');
  for (const { delivery, acknowledged } of courier.parcels) {
    const row = known.get(delivery.guid);
    const name = `${delivery.event}.${delivery.action} ${delivery.guid}`;
    if (acknowledged === 0) problems.push(`${name} was never taken`);
    else if (!row) problems.push(`${name} was acknowledged and is not in the database`);
    else if (row.state === 'received' || row.state === 'failed')
      problems.push(`${name} is ${row.state} after ${row.attempts} attempts: ${row.note}`);
    else if (row.state === 'handled') {
      const mine = causes.filter((cause) => cause.startsWith(`github/${delivery.guid}/`));
      if (mine.length === 0) problems.push(`${name} is handled, and no command tells of it`);
      if (new Set(mine).size !== mine.length) problems.push(`${name} was noted twice: ${mine.join(', ')}`);
    }
  }
  return problems;
}
