import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import { AGENT_STATES, AGENT_TRANSITIONS, NO_USAGE, type AgentState, type Usage } from '../domain/agent.ts';
import type { Db } from './database.ts';
import { appendEvent, type Change } from './events.ts';
import { agents, tasks } from './schema.ts';
import { transitionTask } from './tasks.ts';

export type Agent = typeof agents.$inferSelect;

const LIVE: readonly AgentState[] = ['spawning', 'running'];

/**
 * Starts an attempt at a task: the task becomes `running` and the agent is there, spawning, held by this worker. null: the
 * task is not waiting to be taken, because it is over, is held by somebody, or was asked to stop.
 */
export async function spawnAgent(
  tx: Change,
  wish: { id: string; taskId: string; worker: string; model: string; leaseMs: number },
): Promise<Agent | null> {
  const [task] = await tx.select().from(tasks).where(eq(tasks.id, wish.taskId)).for('update');
  if (!task || task.killRequestedAt !== null) return null;
  if (!(await transitionTask(tx, wish.taskId, 'running'))) return null;
  const earlier = await tx.select({ id: agents.id }).from(agents).where(eq(agents.taskId, wish.taskId));
  const [agent] = await tx
    .insert(agents)
    .values({
      id: wish.id,
      taskId: wish.taskId,
      attempt: earlier.length + 1,
      state: 'spawning',
      worker: wish.worker,
      model: wish.model,
      usage: NO_USAGE,
      leaseUntil: leaseEnd(wish.leaseMs),
    })
    .returning();
  await appendEvent(tx, {
    type: 'agent.spawning',
    taskId: wish.taskId,
    agentId: wish.id,
    data: { worker: wish.worker, attempt: earlier.length + 1 },
  });
  return agent!;
}

/** Moves an agent to a state, if it is in one that leads there; false when somebody was faster. */
export async function transitionAgent(tx: Change, id: string, to: AgentState, error: string | null = null): Promise<boolean> {
  const from = AGENT_STATES.filter((state) => AGENT_TRANSITIONS[state].includes(to));
  const over = AGENT_TRANSITIONS[to].length === 0;
  const [moved] = await tx
    .update(agents)
    .set({ state: to, error, ...(to === 'running' ? { startedAt: new Date() } : {}), ...(over ? { endedAt: new Date(), step: null } : {}) })
    .where(and(eq(agents.id, id), inArray(agents.state, from)))
    .returning({ taskId: agents.taskId });
  if (!moved) return false;
  await appendEvent(tx, { type: `agent.${to}`, taskId: moved.taskId, agentId: id, data: error === null ? {} : { error } });
  return true;
}

/** Says what the worker does now, in words; the status comment shows it. */
export async function noteStep(tx: Change, id: string, step: string): Promise<void> {
  const [agent] = await tx
    .update(agents)
    .set({ step })
    .where(and(eq(agents.id, id), inArray(agents.state, [...LIVE])))
    .returning({ taskId: agents.taskId });
  if (agent) await appendEvent(tx, { type: 'agent.step', taskId: agent.taskId, agentId: id, data: { step } });
}

export async function noteUsage(db: Db, id: string, usage: Usage): Promise<void> {
  await db.update(agents).set({ usage, costUsd: usage.costUsd }).where(eq(agents.id, id));
}

/** Prolongs the lease of an agent that is still this worker's; false when it is not, or is over. */
export async function heartbeat(db: Db, id: string, worker: string, leaseMs: number): Promise<boolean> {
  const kept = await db
    .update(agents)
    .set({ leaseUntil: leaseEnd(leaseMs) })
    .where(and(eq(agents.id, id), eq(agents.worker, worker), inArray(agents.state, [...LIVE])))
    .returning({ id: agents.id });
  return kept.length > 0;
}

/** Agents that nobody holds any more: their worker stopped without a word. */
export async function agentsWithoutWorker(db: Db): Promise<Agent[]> {
  return db
    .select()
    .from(agents)
    .where(and(inArray(agents.state, [...LIVE]), lt(agents.leaseUntil, sql`now()`)));
}

export async function findAgent(db: Db, id: string): Promise<Agent | null> {
  const [agent] = await db.select().from(agents).where(eq(agents.id, id));
  return agent ?? null;
}

/** All attempts at a task, oldest first. */
export async function agentsOf(db: Db, taskId: string): Promise<Agent[]> {
  return db.select().from(agents).where(eq(agents.taskId, taskId)).orderBy(asc(agents.attempt));
}

/** US dollars that were spent in the last 24 hours. */
export async function spentToday(db: Db, repository: { forge: string; repository: string } | null): Promise<number> {
  const of = repository ? and(eq(tasks.forge, repository.forge), eq(tasks.repository, repository.repository)) : undefined;
  const [row] = await db
    .select({ spent: sql<number>`coalesce(sum(${agents.costUsd}), 0)::float` })
    .from(agents)
    .innerJoin(tasks, eq(tasks.id, agents.taskId))
    .where(and(of, sql`${agents.spawnedAt} > now() - interval '24 hours'`));
  return row?.spent ?? 0;
}

/** Leases are kept by the database's clock: workers' clocks may differ. */
function leaseEnd(leaseMs: number) {
  return sql`now() + ${leaseMs} * interval '1 millisecond'`;
}
