import { and, desc, eq, inArray, lt, or, sql, type SQL } from 'drizzle-orm';
import type { AgentType, Task, TaskState } from '../domain/task.ts';
import type { Db } from './database.ts';
import { agents, tasks } from './schema.ts';
import { toTask } from './tasks.ts';

/** A task with its newest agent, and how far requests to stop it have come. */
export interface TaskOverview extends Task {
  readonly agentId: string | null;
  readonly stopRequestedAt: Date | null;
  readonly killRequestedAt: Date | null;
  readonly killConfirmedAt: Date | null;
}

export interface TaskFilter {
  readonly states?: readonly TaskState[] | undefined;
  readonly forge?: string | undefined;
  readonly repository?: string | undefined;
  readonly number?: number | undefined;
  readonly agentType?: AgentType | undefined;
  readonly requestedBy?: string | undefined;
  /** Only those that are older than this one. */
  readonly before?: { readonly createdAt: Date; readonly id: string } | undefined;
  readonly limit: number;
}

export async function taskOverviewOf(db: Db, id: string): Promise<TaskOverview | null> {
  const [task] = await overviews(db, eq(tasks.id, id), 1);
  return task ?? null;
}

/** Newest first. */
export async function listTasks(db: Db, { states, before, limit, ...equal }: TaskFilter): Promise<TaskOverview[]> {
  const { forge, repository, number, agentType, requestedBy } = equal;
  const conditions = [
    states && inArray(tasks.state, [...states]),
    forge !== undefined && eq(tasks.forge, forge),
    repository !== undefined && eq(tasks.repository, repository),
    number !== undefined && or(eq(tasks.number, number), eq(tasks.pullRequest, number)),
    agentType && eq(tasks.agentType, agentType),
    requestedBy !== undefined && eq(tasks.requestedByLogin, requestedBy),
    before && or(lt(tasks.createdAt, before.createdAt), and(eq(tasks.createdAt, before.createdAt), lt(tasks.id, before.id))),
  ];
  return overviews(db, and(...conditions.filter((condition) => condition !== undefined && condition !== false)), limit);
}

async function overviews(db: Db, which: SQL | undefined, limit: number): Promise<TaskOverview[]> {
  const newest = sql<string | null>`(select id from ${agents} a where a.task_id = ${tasks}.id order by a.attempt desc limit 1)`;
  const rows = await db
    .select({ task: tasks, newest })
    .from(tasks)
    .where(which)
    .orderBy(desc(tasks.createdAt), desc(tasks.id))
    .limit(limit);
  return rows.map(({ task, newest: agentId }) => {
    const { stopRequestedAt, killRequestedAt, killConfirmedAt } = task;
    return { ...toTask(task), agentId: agentId ?? task.firstAgent, stopRequestedAt, killRequestedAt, killConfirmedAt };
  });
}
