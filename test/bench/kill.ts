/**
 * How long a kill takes: from the instant at which the webhook of `/agent kill` is sent to the engine's word that the
 * agent's container is destroyed, with 1, 10 and 50 agents at work; and beside it what the engine alone needs.
 *
 *   npm run bench:kill -- [--agents 1,10,50] [--single N,N,N] [--all N,N,N]
 */
import { parseArgs } from 'node:util';
import { openCrew, type Crew } from './crew.ts';
import { killByEngine } from './floor.ts';
import { printTable, type Row } from './table.ts';

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '1,10,50' },
    single: { type: 'string', default: '40,30,20' },
    all: { type: 'string', default: '0,5,3' },
  },
});
const [counts, singles, alls] = [values.agents, values.single, values.all].map((text) => text.split(',').map(Number)) as [
  number[],
  number[],
  number[],
];
const rows: Row[] = [];
for (const [index, count] of counts.entries()) {
  await using crew = await openCrew(count + 1);
  console.log(`${count} agents: hiring`);
  await measure(crew, count, singles[index] ?? 0, alls[index] ?? 0);
}
printTable(rows);

async function measure(crew: Crew, count: number, single: number, all: number): Promise<void> {
  const hands = await crew.hire(count);
  const one: Row = { agents: count, what: 'one is killed', took: [], confirmed: [], floor: [] };
  for (let sample = 0; sample < single; sample += 1) {
    one.floor.push(await killByEngine(1, crew.events));
    const hand = hands.shift()!;
    const sent = await crew.say(hand.issue, '/agent kill');
    one.took.push((await crew.gone(hand)) - sent);
    one.confirmed.push((await crew.confirmed(hand)) - sent);
    if (sample + 1 < single || all > 0) hands.push(...(await crew.hire(1)));
  }
  if (single > 0) rows.push(one);
  const every: Row = { agents: count, what: 'all are killed', took: [], confirmed: [], floor: [] };
  for (let round = 0; round < all; round += 1) {
    const sent = await crew.say(hands[0]!.issue, '/agent kill-all');
    every.took.push(Math.max(...(await Promise.all(hands.map((hand) => crew.gone(hand))))) - sent);
    every.confirmed.push(Math.max(...(await Promise.all(hands.map((hand) => crew.confirmed(hand))))) - sent);
    hands.splice(0);
    every.floor.push(await killByEngine(count, crew.events));
    if (round + 1 < all) hands.push(...(await crew.hire(count)));
  }
  if (all > 0) rows.push(every);
  for (const hand of hands) await crew.say(hand.issue, '/agent kill');
  await Promise.all(hands.map((hand) => crew.gone(hand)));
}
