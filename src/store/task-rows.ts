import { and, asc, desc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { AgentType, TaskState } from '../domain/task.ts';
import type { Db } from './database.ts';
import { agents, tasks } from './schema.ts';
import { within, type Scope } from './scope.ts';

/** Tasks as lists show them, each with the newest attempt at it: reads alone. */

const COLUMNS = {
  id: tasks.id,
  forge: tasks.forge,
  repository: tasks.repository,
  number: tasks.number,
  title: tasks.title,
  purpose: tasks.purpose,
  agentType: tasks.agentType,
  priority: tasks.priority,
  requestedBy: tasks.requestedByLogin,
  pullRequest: tasks.pullRequest,
  state: tasks.state,
  outcome: tasks.outcome,
  killRequestedAt: tasks.killRequestedAt,
  killConfirmedAt: tasks.killConfirmedAt,
  stopRequestedAt: tasks.stopRequestedAt,
  createdAt: tasks.createdAt,
  updatedAt: tasks.updatedAt,
  agentId: agents.id,
  worker: agents.worker,
  step: agents.step,
  usage: agents.usage,
  spawnedAt: agents.spawnedAt,
  endedAt: agents.endedAt,
};

export type TaskRow = Awaited<ReturnType<typeof rowsOf>>[number];

export interface TaskFilter {
  readonly state?: TaskState | 'over';
  readonly forge?: string;
  readonly repository?: string;
  readonly agentType?: AgentType;
  readonly requestedBy?: string;
}

/** A row that a page of a list begins behind. */
export interface TaskCursor {
  readonly priority: number;
  readonly createdAt: Date;
  readonly id: string;
}

const WAITING: readonly TaskState[] = ['pending', 'dispatched'];
const OVER: readonly TaskState[] = ['completed', 'failed', 'killed'];

export async function tasksAtWork(db: Db, scope: Scope): Promise<TaskRow[]> {
  return rowsOf(db, scope, eq(tasks.state, 'running'), [desc(tasks.updatedAt), asc(tasks.id)], MOST_AT_WORK);
}

/** More do not run at once, and a page could not show them. */
const MOST_AT_WORK = 500;

/** What waits, most urgent first. */
export async function tasksWaiting(
  db: Db,
  scope: Scope,
  { limit, after = null }: { limit: number; after?: TaskCursor | null },
): Promise<TaskRow[]> {
  const behind =
    after && sql`(${tasks.priority}, ${tasks.createdAt}, ${tasks.id}) > (${after.priority}, ${after.createdAt}, ${after.id}::uuid)`;
  const order = [asc(tasks.priority), asc(tasks.createdAt), asc(tasks.id)];
  return rowsOf(db, scope, and(inArray(tasks.state, [...WAITING]), behind ?? undefined), order, limit);
}

/** All tasks that fit, newest first. */
export async function newestTasks(
  db: Db,
  scope: Scope,
  filter: TaskFilter,
  { limit, after = null }: { limit: number; after?: TaskCursor | null },
): Promise<TaskRow[]> {
  const behind = after && sql`(${tasks.createdAt}, ${tasks.id}) < (${after.createdAt}, ${after.id}::uuid)`;
  return rowsOf(db, scope, and(fits(filter), behind ?? undefined), [desc(tasks.createdAt), desc(tasks.id)], limit);
}

/** Everything that is not over, what is at work first. */
export async function liveTaskRows(db: Db, scope: Scope): Promise<TaskRow[]> {
  return rowsOf(db, scope, inArray(tasks.state, [...WAITING, 'running']), [desc(tasks.state), asc(tasks.createdAt)], MOST_AT_WORK);
}

/** null: there is no such task, or not in scope. */
export async function taskRow(db: Db, scope: Scope, id: string): Promise<TaskRow | null> {
  const [row] = await rowsOf(db, scope, eq(tasks.id, id), [], 1);
  return row ?? null;
}

function fits({ state, forge, repository, agentType, requestedBy }: TaskFilter): SQL | undefined {
  return and(
    state === 'over' ? inArray(tasks.state, [...OVER]) : state && eq(tasks.state, state),
    forge === undefined ? undefined : eq(tasks.forge, forge),
    repository === undefined ? undefined : eq(tasks.repository, repository),
    agentType && eq(tasks.agentType, agentType),
    requestedBy === undefined ? undefined : eq(tasks.requestedByLogin, requestedBy),
  );
}

async function rowsOf(db: Db, scope: Scope, which: SQL | undefined, order: readonly SQL[], limit: number) {
  const newest = sql`${agents.attempt} = (select max(attempt) from ${agents} earlier where earlier.task_id = ${tasks.id})`;
  return db
    .select(COLUMNS)
    .from(tasks)
    .leftJoin(agents, and(eq(agents.taskId, tasks.id), newest))
    .where(and(within(scope, tasks), which))
    .orderBy(...order)
    .limit(limit);
}
