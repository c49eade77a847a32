import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import { AGENT_STATES, AGENT_TRANSITIONS, NO_USAGE, type AgentState, type Usage } from '../domain/agent.ts';
import type { Db } from './database.ts';
import { appendEvent, type Change } from './events.ts';
import { agents, tasks } from './schema.ts';
import { within, type Scope } from './scope.ts';
import { beginStay } from './stays.ts';
import { transitionTask } from './tasks.ts';

export type Agent = typeof agents.$inferSelect;

const LIVE: readonly AgentState[] = ['spawning', 'running'];

/** How often an agent may be taken over or put off before its task fails. */
export const MOST_RESUMPTIONS = 3;

export interface TakeWish {
  /** For a new agent, unless its task has promised it another one. */
  readonly id: string;
  readonly taskId: string;
  /** The process, and the machine that it runs on. */
  readonly worker: string;
  readonly host: string;
  readonly model: string;
  readonly leaseMs: number;
}

export type Taken = { readonly agent: Agent; readonly resumed: boolean } | { readonly exhausted: Agent };

/**
 * Takes a task for a worker: starts an attempt at one that waits, or takes an agent over whose lease has run out. null: the
 * task is over, is held by somebody, or was asked to stop. `exhausted`: it was taken over too often already; it is the
 * caller's to end.
 */
export async function takeAgent(tx: Change, wish: TakeWish): Promise<Taken | null> {
  const [task] = await tx.select().from(tasks).where(eq(tasks.id, wish.taskId)).for('update');
  if (!task || task.killRequestedAt !== null) return null;
  if (task.state === 'running') return takeOver(tx, wish);
  const agent = await spawnAgent(tx, wish, task.firstAgent);
  return agent && { agent, resumed: false };
}

async function takeOver(tx: Change, wish: TakeWish): Promise<Taken | null> {
  const [left] = await tx
    .select()
    .from(agents)
    .where(and(eq(agents.taskId, wish.taskId), inArray(agents.state, [...LIVE]), lt(agents.leaseUntil, sql`now()`)))
    .for('update');
  if (!left) return null;
  // Its host stays the one that it was on, until the worker has brought it to its own.
  const lease = { worker: wish.worker, leaseToken: left.leaseToken + 1, leaseUntil: leaseEnd(wish.leaseMs) };
  const exhausted = left.resumptions >= MOST_RESUMPTIONS;
  const [agent] = await tx
    .update(agents)
    .set(exhausted ? lease : { ...lease, resumptions: left.resumptions + 1 })
    .where(eq(agents.id, left.id))
    .returning();
  if (exhausted) return { exhausted: agent! };
  await appendEvent(tx, {
    type: 'agent.resumed',
    taskId: wish.taskId,
    agentId: left.id,
    data: { worker: wish.worker, from: left.worker, resumption: left.resumptions + 1 },
  });
  return { agent: agent!, resumed: true };
}

async function spawnAgent(tx: Change, wish: TakeWish, firstAgent: string | null): Promise<Agent | null> {
  if (!(await transitionTask(tx, wish.taskId, 'running'))) return null;
  const earlier = await tx.select({ id: agents.id }).from(agents).where(eq(agents.taskId, wish.taskId));
  const id = earlier.length === 0 && firstAgent !== null ? firstAgent : wish.id;
  const [agent] = await tx
    .insert(agents)
    .values({
      id,
      taskId: wish.taskId,
      attempt: earlier.length + 1,
      state: 'spawning',
      worker: wish.worker,
      host: wish.host,
      model: wish.model,
      usage: NO_USAGE,
      leaseUntil: leaseEnd(wish.leaseMs),
    })
    .returning();
  await beginStay(tx, id, wish.host);
  await appendEvent(tx, {
    type: 'agent.spawning',
    taskId: wish.taskId,
    agentId: id,
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

/** Which agent, held under which token: what a worker proves with every write that the agent is still its own. */
export interface LeaseProof {
  readonly agentId: string;
  readonly token: number;
}

/** Whether the lease is still this one. Inside a change nobody can take the agent over until the change is done. */
export async function holds(tx: Change, { agentId, token }: LeaseProof): Promise<boolean> {
  const [row] = await tx
    .select({ id: agents.id })
    .from(agents)
    .where(and(eq(agents.id, agentId), eq(agents.leaseToken, token), inArray(agents.state, [...LIVE])));
  return row !== undefined;
}

/** Prolongs a lease that is still held; false when it is not, or the agent is over. */
export async function heartbeat(db: Db, { agentId, token }: LeaseProof, leaseMs: number): Promise<boolean> {
  const kept = await db
    .update(agents)
    .set({ leaseUntil: leaseEnd(leaseMs) })
    .where(and(eq(agents.id, agentId), eq(agents.leaseToken, token), inArray(agents.state, [...LIVE])))
    .returning({ id: agents.id });
  return kept.length > 0;
}

/**
 * Gives an agent up, to be taken over after `delayMs`. `counts`: because of a fault, which may happen so often and no more;
 * otherwise because the worker is asked to stop, which is nobody's fault.
 */
export async function releaseAgent(
  tx: Change,
  { agentId }: LeaseProof,
  release: { reason: string; delayMs: number; counts: boolean },
): Promise<void> {
  const [agent] = await tx
    .update(agents)

    .set({
      error: release.reason,
      leaseUntil: leaseEnd(release.delayMs),
      leaseToken: sql`${agents.leaseToken} + 1`,
      ...(release.counts ? {} : { resumptions: sql`${agents.resumptions} - 1` }),
    })
    .where(eq(agents.id, agentId))
    .returning({ taskId: agents.taskId });
  if (agent)
    await appendEvent(tx, {
      type: 'agent.released',
      taskId: agent.taskId,
      agentId,
      data: { reason: release.reason, delayMs: release.delayMs },
    });
}

/** Takes an agent out of everybody's hands, for whoever ends it from outside. */
export async function fence(tx: Change, agentId: string): Promise<void> {
  await tx
    .update(agents)
    .set({ leaseToken: sql`${agents.leaseToken} + 1` })
    .where(eq(agents.id, agentId));
}

export async function noteAgent(tx: Change, id: string, patch: Partial<Pick<Agent, 'ground' | 'limits' | 'publishing'>>): Promise<void> {
  await tx.update(agents).set(patch).where(eq(agents.id, id));
}

/** The agent is on another machine from now on. It may have left something where it was. */
export async function moveAgent(tx: Change, id: string, host: string): Promise<void> {
  await tx.update(agents).set({ host }).where(eq(agents.id, id));
  await beginStay(tx, id, host);
}

/** The live agent of a task, and whether its lease is still running by the database's clock. */
export async function liveAgentOf(db: Db, taskId: string): Promise<{ agent: Agent; held: boolean } | null> {
  const [row] = await db
    .select({ agent: agents, held: sql<boolean>`${agents.leaseUntil} >= now()` })
    .from(agents)
    .where(and(eq(agents.taskId, taskId), inArray(agents.state, [...LIVE])));
  return row ?? null;
}

/** Agents that nobody holds any more: their worker stopped without a word. */
export async function agentsWithoutWorker(db: Db): Promise<Agent[]> {
  return db
    .select()
    .from(agents)
    .where(and(inArray(agents.state, [...LIVE]), lt(agents.leaseUntil, sql`now()`)));
}

export async function liveAgents(db: Db): Promise<Agent[]> {
  return db
    .select()
    .from(agents)
    .where(inArray(agents.state, [...LIVE]));
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
export async function spentToday(db: Db, scope: Scope): Promise<number> {
  const [row] = await db
    .select({ spent: sql<number>`coalesce(sum(${agents.costUsd}), 0)::float` })
    .from(agents)
    .innerJoin(tasks, eq(tasks.id, agents.taskId))
    .where(and(within(scope, tasks), sql`${agents.spawnedAt} > now() - interval '24 hours'`));
  return row?.spent ?? 0;
}

/** Leases are kept by the database's clock: workers' clocks may differ. */
function leaseEnd(leaseMs: number) {
  return sql`now() + ${leaseMs} * interval '1 millisecond'`;
}
