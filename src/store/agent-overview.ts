import { and, desc, eq, inArray, isNull, type SQL } from 'drizzle-orm';
import { AGENT_STATES, AGENT_TRANSITIONS, type AgentState } from '../domain/agent.ts';
import { isTerminal, TASK_STATES } from '../domain/task.ts';
import type { Db } from './database.ts';
import { agents, tasks } from './schema.ts';

/**
 * An agent with what its task says of it. One that was promised, and that no worker has taken yet, is spawning, and ends as
 * its task does.
 */
export type AgentOverview = ReturnType<typeof toOverview>;

const LIVE_AGENTS = AGENT_STATES.filter((state) => AGENT_TRANSITIONS[state].length > 0);
const LIVE_TASKS = TASK_STATES.filter((state) => !isTerminal(state));

export async function overviewOf(db: Db, agentId: string): Promise<AgentOverview | null> {
  const [row] = await rowsOf(db, eq(agents.id, agentId), 1);
  if (row) return toOverview(row);
  // A worker may have made it since the first look.
  const promised = await rowsOf(db, eq(tasks.firstAgent, agentId));
  const found = promised.find((one) => one.agentId === agentId || one.agentId === null);
  return found ? toOverview(found) : null;
}

/** All agents that are not over, and the newest others; newest first. */
export async function listAgents(db: Db, newest: number): Promise<AgentOverview[]> {
  const recent = await db.select({ id: agents.id }).from(agents).orderBy(desc(agents.spawnedAt)).limit(newest);
  // In this order one that is made meanwhile is seen at least once; the later look counts.
  const rows = [
    ...(await rowsOf(db, and(inArray(tasks.state, LIVE_TASKS), isNull(agents.id)))),
    ...(await rowsOf(db, inArray(agents.state, LIVE_AGENTS))),
    ...(recent.length > 0
      ? await rowsOf(
          db,
          inArray(
            agents.id,
            recent.map(({ id }) => id),
          ),
        )
      : []),
  ];
  const known = new Map(rows.filter(({ agentId, firstAgent }) => agentId ?? firstAgent).map((row) => [row.agentId ?? row.firstAgent, row]));
  return [...known.values()].map(toOverview).sort((a, b) => b.spawnedAt.getTime() - a.spawnedAt.getTime());
}

const MOST = 10_000;

async function rowsOf(db: Db, which: SQL | undefined, limit = MOST) {
  return db
    .select(COLUMNS)
    .from(tasks)
    .leftJoin(agents, eq(agents.taskId, tasks.id))
    .where(which)
    .orderBy(desc(tasks.createdAt))
    .limit(limit);
}

const COLUMNS = {
  agentId: agents.id,
  firstAgent: tasks.firstAgent,
  taskId: tasks.id,
  state: agents.state,
  taskState: tasks.state,
  forge: tasks.forge,
  repository: tasks.repository,
  number: tasks.number,
  agentType: tasks.agentType,
  step: agents.step,
  worker: agents.worker,
  model: agents.model,
  usage: agents.usage,
  resumptions: agents.resumptions,
  error: agents.error,
  outcome: tasks.outcome,
  createdAt: tasks.createdAt,
  updatedAt: tasks.updatedAt,
  spawnedAt: agents.spawnedAt,
  startedAt: agents.startedAt,
  endedAt: agents.endedAt,
  killRequestedAt: tasks.killRequestedAt,
  killConfirmedAt: tasks.killConfirmedAt,
  stopRequestedAt: tasks.stopRequestedAt,
};

function toOverview({ firstAgent, outcome, createdAt, updatedAt, ...row }: Awaited<ReturnType<typeof rowsOf>>[number]) {
  const agentId = row.agentId ?? firstAgent!;
  if (row.state !== null) return { ...row, agentId, state: row.state, spawnedAt: row.spawnedAt! };
  const state: AgentState = row.taskState === 'killed' || row.taskState === 'failed' ? row.taskState : 'spawning';
  const over = state !== 'spawning';
  return {
    ...row,
    agentId,
    state,
    spawnedAt: createdAt,
    endedAt: over ? updatedAt : null,
    error: over ? (outcome?.message ?? null) : null,
  };
}
