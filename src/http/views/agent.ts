import { z } from '@hono/zod-openapi';
import { AGENT_STATES } from '../../domain/agent.ts';
import { AGENT_TYPES, isOnForge, isTerminal } from '../../domain/task.ts';
import type { AgentOverview } from '../../store/agent-overview.ts';
import { given, Instant, instantOf } from './common.ts';

export const AgentStatus = z
  .object({
    agentId: z.uuid(),
    taskId: z.uuid(),
    status: z.enum(AGENT_STATES),
    spawnedAt: Instant,
    startedAt: Instant.optional(),
    completedAt: Instant.optional().openapi({ description: 'When it ended, however it ended.' }),
    error: z.string().optional(),
    stopRequestedAt: Instant.optional(),
    killRequestedAt: Instant.optional(),
    killConfirmedAt: Instant.optional().openapi({ description: 'Only on evidence that nothing of the agent is left.' }),
  })
  .openapi('AgentStatus');

export const ListedAgent = AgentStatus.extend({
  forge: z.string(),
  repository: z.string(),
  number: z.int().nullable(),
  agentType: z.enum(AGENT_TYPES),
  worker: z.string().optional().openapi({ description: 'The process that holds it; none before one has taken it.' }),
  step: z.string().optional().openapi({ description: 'What is being done now, in words.' }),
}).openapi('ListedAgent');

/** What has not happened is left out. */
export function statusOf(agent: AgentOverview): z.infer<typeof AgentStatus> {
  const { agentId, taskId, state, error } = agent;
  return {
    agentId,
    taskId,
    status: state,
    spawnedAt: agent.spawnedAt.toISOString(),
    ...given({
      startedAt: instantOf(agent.startedAt),
      completedAt: instantOf(agent.endedAt),
      error,
      stopRequestedAt: instantOf(agent.stopRequestedAt),
      killRequestedAt: instantOf(agent.killRequestedAt),
      killConfirmedAt: instantOf(agent.killConfirmedAt),
    }),
  };
}

/** The same, with where it works. */
export function listed(agent: AgentOverview): z.infer<typeof ListedAgent> {
  const { forge, repository, agentType, step, worker } = agent;
  return { ...statusOf(agent), forge, repository, number: isOnForge(agent) ? agent.number : null, agentType, ...given({ worker, step }) };
}

const count = z.int().min(0);
export const AgentDetails = ListedAgent.extend({
  model: z.string().optional(),
  usage: z
    .object({
      turns: count,
      inputTokens: count.openapi({ description: 'Neither read from the cache nor written to it.' }),
      outputTokens: count,
      cacheReadTokens: count,
      cacheWriteTokens: count,
      costUsd: z.number().openapi({ description: 'At list price.' }),
    })
    .optional(),
  resumptions: count.optional().openapi({ description: 'How often it was taken over or put off.' }),
}).openapi('AgentDetails');

export function detailsOf(agent: AgentOverview): z.infer<typeof AgentDetails> {
  const { model, usage, resumptions } = agent;
  return { ...listed(agent), ...given({ model, usage, resumptions }) };
}

const AskedStatus = z.string().openapi({ description: 'A state, or `kill requested`, `stop requested`.' });

export const KillAnswer = z
  .object({
    agentId: z.uuid(),
    taskId: z.uuid(),
    status: AskedStatus,
    killRequestedAt: Instant.nullable(),
    killConfirmedAt: Instant.nullable(),
    message: z.string(),
  })
  .openapi('KillAnswer');

export function killAnswer(agent: AgentOverview, message: string): z.infer<typeof KillAnswer> {
  const { agentId, taskId, taskState, state } = agent;
  const status = isTerminal(taskState) ? taskState : agent.killRequestedAt ? 'kill requested' : state;
  const [killRequestedAt, killConfirmedAt] = [instantOf(agent.killRequestedAt), instantOf(agent.killConfirmedAt)];
  return { agentId, taskId, status, killRequestedAt, killConfirmedAt, message };
}

export const StopAnswer = z
  .object({ agentId: z.uuid(), taskId: z.uuid(), status: AskedStatus, stopRequestedAt: Instant.nullable(), message: z.string() })
  .openapi('StopAnswer');

export function stopAnswer(agent: AgentOverview, message: string): z.infer<typeof StopAnswer> {
  const { agentId, taskId, taskState, stopRequestedAt, killRequestedAt } = agent;
  const asked = killRequestedAt ? 'kill requested' : stopRequestedAt ? 'stop requested' : agent.state;
  return { agentId, taskId, status: isTerminal(taskState) ? taskState : asked, stopRequestedAt: instantOf(stopRequestedAt), message };
}
