import type { Evidence } from './audit/evidence.ts';
import { checksUnderWay, saysUnconfirmed } from './audit/kills.ts';
import { lostAnswers } from './audit/model.ts';
import type { Member } from './member.ts';

/** What the run came to, in numbers: each a line. */
export async function figures(evidence: Evidence, members: readonly Member[], faults: ReadonlyMap<string, number>): Promise<string[]> {
  const { facts, courier, told } = evidence;
  const states = tally(facts.tasks.map(({ state, outcome }) => `${state} (${outcome?.code ?? 'no outcome'})`));
  const resumed = facts.events.filter(({ type }) => type === 'agent.resumed');
  const killed = facts.tasks.filter(({ kill_request }) => kill_request !== null);
  const confirmed = killed.flatMap(({ kill_requested_at, kill_confirmed_at }) =>
    kill_requested_at && kill_confirmed_at ? [kill_confirmed_at.getTime() - kill_requested_at.getTime()] : [],
  );
  const attempts = courier.parcels.reduce((sum, one) => sum + one.attempts, 0);
  const again = courier.parcels.reduce((sum, one) => sum + Math.max(0, one.acknowledged - 1), 0);
  const twins = (
    await Promise.all([...new Set(told.map(({ story }) => story.repository))].map((name) => evidence.github.repository(name).checks()))
  )
    .flat()
    .filter(({ externalId }) => externalId.startsWith('twin-of-')).length;
  return [
    `stories ${told.length}, tasks ${facts.tasks.length}: ${states}`,
    `faults: ${
      [...faults]
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || 'none'
    }`,
    `processes that died: ${members.map(({ name, deaths }) => `${name} ${deaths.size}`).join(', ')}; starts that failed: ${members.reduce((sum, one) => sum + one.failedStarts, 0)}`,
    `takeovers ${resumed.length}, agents put off ${facts.events.filter(({ type, data }) => type === 'agent.released' && Number(data['delayMs']) > 0).length}`,
    `from the death of a process to its agents’ next step: ${quantiles(recoveries(evidence, members))}`,
    `kills ${killed.length}, confirmed ${confirmed.length} after ${quantiles(confirmed)}, said to be unconfirmed ${killed.filter((task) => task.kill_confirmed_at === null && saysUnconfirmed(evidence, task)).length}`,
    `asked to wrap up ${facts.tasks.filter(({ stop_request }) => stop_request !== null).length}, of those drafts ${facts.tasks.filter(({ outcome, pull_request }) => outcome?.code === 'agent.stopped' && pull_request !== null).length}`,
    `webhooks ${courier.parcels.length}, sent ${attempts} times, taken again without effect ${again}`,
    `model requests ${evidence.asked.length}, answered ${evidence.asked.filter(({ answered }) => answered).length}, of those lost before they were saved and asked again ${lostAnswers(evidence)}`,
    `checks that a report under way began after a kill was confirmed: ${checksUnderWay(evidence)}`,
    `checks that two processes made at once, and one took back: ${twins}`,
  ];
}

function recoveries({ facts }: Evidence, members: readonly Member[]): number[] {
  const deaths = new Map(members.flatMap(({ deaths: all }) => [...all]));
  return facts.events
    .filter(({ type }) => type === 'agent.resumed')
    .flatMap((event) => {
      const died = deaths.get(Number(String(event.data['from']).split('/')[1]));
      const next = facts.events.find(
        ({ seq, type, agent_id }) => seq > event.seq && agent_id === event.agent_id && /^agent\.(step|said|tool|running)$/.test(type),
      );
      return died && next && next.at.getTime() > died ? [next.at.getTime() - died] : [];
    });
}

export function quantiles(all: readonly number[]): string {
  if (all.length === 0) return 'never';
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number) => `${Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!)} ms`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)} (${sorted.length})`;
}

function tally(all: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
