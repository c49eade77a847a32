import { and, asc, eq, notInArray } from 'drizzle-orm';
import { AGENT_STATES, AGENT_TRANSITIONS } from '../domain/agent.ts';
import type { Task } from '../domain/task.ts';
import type { Db } from './database.ts';
import type { Change } from './events.ts';
import { agents, stays, tasks } from './schema.ts';
import { toTask } from './tasks.ts';

const LIVE = AGENT_STATES.filter((state) => AGENT_TRANSITIONS[state].length > 0);

/** Before anything of an agent is made on a machine. */
export async function beginStay(tx: Change, agentId: string, host: string): Promise<void> {
  await tx.insert(stays).values({ agentId, host }).onConflictDoNothing();
}

/** By whoever has seen that nothing of the agent is left there. */
export async function endStay(tx: Change, agentId: string, host: string): Promise<void> {
  await tx.delete(stays).where(and(eq(stays.agentId, agentId), eq(stays.host, host)));
}

/** The machines on which something of a task's agents may be left. */
export async function staysOf(db: Db, taskId: string): Promise<string[]> {
  const rows = await db
    .select({ host: stays.host })
    .from(stays)
    .innerJoin(agents, eq(agents.id, stays.agentId))
    .where(eq(agents.taskId, taskId))
    .groupBy(stays.host)
    .orderBy(asc(stays.host));
  return rows.map(({ host }) => host);
}

/** Agents that are over and may have left something on this machine. */
export async function overstayed(db: Db, host: string): Promise<{ task: Task; agentId: string }[]> {
  const rows = await db
    .select({ task: tasks, agentId: agents.id })
    .from(stays)
    .innerJoin(agents, eq(agents.id, stays.agentId))
    .innerJoin(tasks, eq(tasks.id, agents.taskId))
    .where(and(eq(stays.host, host), notInArray(agents.state, LIVE)));
  return rows.map(({ task, agentId }) => ({ task: toTask(task), agentId }));
}
