import type { GateResult } from '../../src/domain/finding.ts';
import type { Task } from '../../src/domain/task.ts';
import type { TaskView } from '../../src/report/view.ts';
import type { Agent } from '../../src/store/agents.ts';
import type { StopState } from '../../src/store/tasks.ts';
import { ORIGIN } from '../support/origin.ts';

const AT = new Date('2030-01-02T03:04:05Z');

export function task(changes: Partial<Task> = {}): Task {
  return {
    id: '11111111-1111-4111-8111-111111111111',
    subject: { forge: 'github', repository: 'acme/app', number: 7 },
    subjectKind: 'issue',
    origin: ORIGIN,
    title: null,
    askedOn: 7,
    purpose: 'work',
    agentType: 'worker',
    profile: null,
    priority: 5,
    limits: null,
    instruction: null,
    requestedBy: { login: 'ada', id: 1 },
    branch: null,
    baseBranch: null,
    pullRequest: null,
    headSha: null,
    state: 'pending',
    outcome: null,
    continues: null,
    createdAt: AT,
    updatedAt: AT,
    ...changes,
  };
}

export function agent(changes: Partial<Agent> = {}): Agent {
  return {
    id: '22222222-2222-4222-8222-222222222222',
    taskId: '11111111-1111-4111-8111-111111111111',
    attempt: 1,
    state: 'running',
    worker: 'host/1/a',
    leaseUntil: AT,
    leaseToken: 1,
    resumptions: 0,
    host: 'host:/data',
    ground: null,
    limits: null,
    publishing: null,
    model: 'claude',
    usage: { turns: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 },
    costUsd: 0,
    step: null,
    error: null,
    spawnedAt: AT,
    startedAt: AT,
    endedAt: null,
    ...changes,
  };
}

export function gate(name: string, state: GateResult['state'], changes: Partial<GateResult> = {}): GateResult {
  return {
    gate: name,
    required: true,
    state,
    summary: '',
    command: null,
    findings: [],
    log: '',
    durationMs: 0,
    coverage: null,
    ...changes,
  };
}

/** Nobody asked for a stop. */
export const NOBODY: StopState = { kill: null, killRequestedAt: null, killConfirmedAt: null, stop: null, stopRequestedAt: null };

export function view(changes: Partial<TaskView> = {}): TaskView {
  return { task: task(), stopping: NOBODY, unconfirmed: null, halt: null, agent: null, gates: [], ...changes };
}

export const LINKS = {
  agent: (id: string) => `https://bot.example/agents/${id}`,
  gate: (agentId: string, name: string) => `https://bot.example/agents/${agentId}/gates/${name}`,
};
