import { and, asc, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { TASK_STATES, TASK_TRANSITIONS, type Task, type TaskState } from '../domain/task.ts';
import type { Db } from './database.ts';
import { agents, events, tasks } from './schema.ts';
import { within, type Scope } from './scope.ts';
import { toTask } from './tasks.ts';

/** What people and programs are told about tasks: reads alone, across tables. */

const LIVE_TASKS = TASK_STATES.filter((state) => TASK_TRANSITIONS[state].length > 0);

export interface LiveTask {
  readonly id: string;
  readonly state: TaskState;
  readonly repository: string;
  readonly number: number;
}

/** Every task that is not over, of one repository or of all. */
export async function liveTasks(db: Db, of: { readonly forge: string; readonly repository: string } | null): Promise<LiveTask[]> {
  const there = of ? and(eq(tasks.forge, of.forge), eq(tasks.repository, of.repository)) : undefined;
  return db
    .select({ id: tasks.id, state: tasks.state, repository: tasks.repository, number: tasks.number })
    .from(tasks)
    .where(and(inArray(tasks.state, LIVE_TASKS), there))
    .orderBy(asc(tasks.createdAt));
}

export async function liveTaskCounts(db: Db, scope: Scope): Promise<{ pending: number; dispatched: number; running: number }> {
  const rows = await db
    .select({ state: tasks.state, tasks: count() })
    .from(tasks)
    .where(and(within(scope, tasks), inArray(tasks.state, LIVE_TASKS)))
    .groupBy(tasks.state);
  const of = (state: TaskState) => rows.find((row) => row.state === state)?.tasks ?? 0;
  return { pending: of('pending'), dispatched: of('dispatched'), running: of('running') };
}

/** Tasks that were stopped in the last `withinMs` milliseconds and never had an agent. */
export async function killedBeforeBegun(db: Db, withinMs: number): Promise<Task[]> {
  const rows = await db
    .select({ task: tasks })
    .from(tasks)
    .leftJoin(agents, eq(agents.taskId, tasks.id))
    .where(
      and(eq(tasks.state, 'killed'), isNull(agents.id), sql`${tasks.killConfirmedAt} > now() - ${withinMs} * interval '1 millisecond'`),
    );
  return rows.map(({ task }) => toTask(task));
}

/** How far the stops of these tasks have come. */
export async function stopsOf(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const { id, state, killConfirmedAt, repository, number } = tasks;
  return db
    .select({ id, state, killConfirmedAt, repository, number, agentId: agents.id })
    .from(tasks)
    .leftJoin(agents, and(eq(agents.taskId, tasks.id)))
    .where(inArray(id, [...ids]))
    .orderBy(asc(tasks.createdAt), asc(agents.attempt));
}

/** Why the kill of a task could not be confirmed when that was last tried; null when nobody has said so. */
export async function lastUnconfirmed(db: Db, taskId: string): Promise<string | null> {
  const [event] = await db
    .select({ data: events.data })
    .from(events)
    .where(and(eq(events.taskId, taskId), eq(events.type, 'task.kill-unconfirmed')))
    .orderBy(desc(events.seq))
    .limit(1);
  const reason = event?.data['reason'];
  return typeof reason === 'string' ? reason : null;
}
