import { isTerminal } from '../domain/task.ts';
import type { AgentOverview } from '../store/overview.ts';

/** An agent as `GET /agents/:agentId/status` tells it: what has not happened is left out. */
export function statusOf(agent: AgentOverview) {
  const { agentId, taskId, state, spawnedAt, startedAt, endedAt, error } = agent;
  return {
    agentId,
    taskId,
    status: state,
    spawnedAt,
    ...given({ startedAt, completedAt: endedAt, error, stopRequestedAt: agent.stopRequestedAt, ...killOf(agent) }),
  };
}

/** The same in `GET /agents`, with where it works. */
export function listed(agent: AgentOverview) {
  const { forge, repository, number, agentType, step, worker } = agent;
  return { ...statusOf(agent), forge, repository, number, agentType, worker, ...given({ step }) };
}

/** The answer to a kill. */
export function killAnswer(agent: AgentOverview, message: string) {
  const { agentId, taskId, taskState } = agent;
  const status = isTerminal(taskState) ? taskState : agent.killRequestedAt ? 'kill requested' : agent.state;
  return { agentId, taskId, status, ...killOf(agent), message };
}

/** The answer to a request to wrap up. */
export function stopAnswer(agent: AgentOverview, message: string) {
  const { agentId, taskId, taskState, stopRequestedAt, killRequestedAt } = agent;
  const asked = killRequestedAt ? 'kill requested' : stopRequestedAt ? 'stop requested' : agent.state;
  return { agentId, taskId, status: isTerminal(taskState) ? taskState : asked, stopRequestedAt, message };
}

function killOf({ killRequestedAt, killConfirmedAt }: AgentOverview) {
  return { killRequestedAt, killConfirmedAt };
}

function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Partial<T>;
}
