import { z } from 'zod';
import type { EventType, StoredEvent } from '../domain/event.ts';
import { Histogram, LONG_BOUNDS, observed, SHORT_BOUNDS } from './histogram.ts';

const Since = z.record(z.string(), z.object({ state: z.string(), at: z.number() }));

/** What the event log amounts to in numbers. It is kept in the database, so that every server tells the same. */
export const Tally = z.object({
  /** Gate → state → how often it came to that. */
  gates: z.record(z.string(), z.record(z.string(), z.number())).default({}),
  takeovers: z.number().default(0),
  commands: z.record(z.string(), z.number()).default({}),
  taskSeconds: z.record(z.string(), Histogram).default({}),
  agentSeconds: z.record(z.string(), Histogram).default({}),
  killSeconds: Histogram.optional(),
  /** What is not over, and since when it is as it is; in milliseconds since the epoch. */
  tasks: Since.default({}),
  agents: Since.default({}),
  kills: z.record(z.string(), z.number()).default({}),
});
export type Tally = z.infer<typeof Tally>;

/** Names that repositories choose are told apart up to this many. */
const MOST_GATES = 30;
const OVER = ['completed', 'failed', 'killed'];
const SETTLED = ['passed', 'failed', 'not-found', 'timed-out', 'error', 'cancelled'];

export const TALLIED: readonly EventType[] = [
  'command.accepted',
  'command.refused',
  'task.pending',
  'task.dispatched',
  'task.running',
  'task.completed',
  'task.failed',
  'task.killed',
  'task.kill-requested',
  'task.kill-confirmed',
  'agent.spawning',
  'agent.running',
  'agent.completed',
  'agent.failed',
  'agent.killed',
  'agent.resumed',
  'gate.changed',
];

/** Counts one event in. */
export function tallied(tally: Tally, event: StoredEvent): Tally {
  const [what = '', change = ''] = event.type.split('.');
  if (event.type === 'gate.changed') return withGate(tally, event);
  if (event.type === 'agent.resumed') return { ...tally, takeovers: tally.takeovers + 1 };
  if (event.type === 'task.kill-requested') return { ...tally, kills: { ...tally.kills, [event.taskId!]: event.at.getTime() } };
  if (event.type === 'task.kill-confirmed') return withKill(tally, event);
  if (what === 'command') return { ...tally, commands: { ...tally.commands, [change]: (tally.commands[change] ?? 0) + 1 } };
  if (what === 'task') return { ...tally, ...passedOn('tasks', 'taskSeconds', tally, event.taskId!, change, event.at) };
  return { ...tally, ...passedOn('agents', 'agentSeconds', tally, event.agentId!, change, event.at) };
}

function withGate(tally: Tally, { data }: StoredEvent): Tally {
  const [named, state] = [String(data['gate']), String(data['state'])];
  if (!SETTLED.includes(state)) return tally;
  const gate = Object.hasOwn(tally.gates, named) || Object.keys(tally.gates).length < MOST_GATES ? named : 'other';
  const known = tally.gates[gate] ?? {};
  return { ...tally, gates: { ...tally.gates, [gate]: { ...known, [state]: (known[state] ?? 0) + 1 } } };
}

function withKill(tally: Tally, { taskId, at }: StoredEvent): Tally {
  const { [taskId!]: asked, ...kills } = tally.kills;
  if (asked === undefined) return tally;
  return { ...tally, kills, killSeconds: observed(tally.killSeconds, seconds(asked, at), SHORT_BOUNDS) };
}

/** Something enters a state, and has been in the one before for so long. */
function passedOn(
  kind: 'tasks' | 'agents',
  times: 'taskSeconds' | 'agentSeconds',
  tally: Tally,
  id: string,
  state: string,
  at: Date,
): Partial<Tally> {
  const { [id]: before, ...others } = tally[kind];
  const measured = before && { [before.state]: observed(tally[times][before.state], seconds(before.at, at), LONG_BOUNDS) };
  return {
    [kind]: OVER.includes(state) ? others : { ...others, [id]: { state, at: at.getTime() } },
    [times]: { ...tally[times], ...measured },
  };
}

/** The clock of a transaction that had to wait may be a little behind. */
function seconds(from: number, to: Date): number {
  return Math.max(0, (to.getTime() - from) / 1000);
}
