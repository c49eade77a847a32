import { count, eq, sql } from 'drizzle-orm';
import type { AgentState, Usage } from '../domain/agent.ts';
import type { TaskState } from '../domain/task.ts';
import type { Db } from './database.ts';
import { agents, deliveries, forgottenDeliveries, tasks } from './schema.ts';

/** What there is, in numbers. */
export interface Counts {
  readonly deliveries: readonly { forge: string; state: string; count: number }[];
  readonly tasks: readonly { state: TaskState; count: number }[];
  readonly agents: readonly { state: AgentState; count: number }[];
  /** Tasks that wait. */
  readonly priorities: readonly { priority: number; count: number }[];
  readonly spending: readonly ({ model: string } & Omit<Usage, 'turns'>)[];
}

export async function countAll(db: Db): Promise<Counts> {
  const ofDeliveries = await db.execute<{ forge: string; state: string; count: string }>(sql`
    select forge, state, sum(count) as count from (
      select forge, state, count(*) as count from ${deliveries} group by forge, state
      union all select forge, state, count from ${forgottenDeliveries}) both_kinds
    group by forge, state order by forge, state`);
  const [ofTasks, ofAgents, priorities, spending] = await Promise.all([
    db.select({ state: tasks.state, count: count() }).from(tasks).groupBy(tasks.state),
    db.select({ state: agents.state, count: count() }).from(agents).groupBy(agents.state),
    db.select({ priority: tasks.priority, count: count() }).from(tasks).where(eq(tasks.state, 'pending')).groupBy(tasks.priority),
    spendingByModel(db),
  ]);
  return {
    deliveries: ofDeliveries.rows.map((row) => ({ ...row, count: Number(row.count) })),
    tasks: ofTasks,
    agents: ofAgents,
    priorities,
    spending,
  };
}

function spendingByModel(db: Db) {
  const total = (name: keyof Usage) => sql<number>`coalesce(sum((${agents.usage} ->> ${sql.raw(`'${name}'`)})::float8), 0)`;
  return db
    .select({
      model: agents.model,
      inputTokens: total('inputTokens'),
      outputTokens: total('outputTokens'),
      cacheReadTokens: total('cacheReadTokens'),
      cacheWriteTokens: total('cacheWriteTokens'),
      costUsd: sql<number>`coalesce(sum(${agents.costUsd}), 0)`,
    })
    .from(agents)
    .groupBy(agents.model);
}
