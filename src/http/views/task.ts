import { z } from '@hono/zod-openapi';
import { AGENT_TYPES, GATE_PROFILES, isOnForge, TASK_STATES } from '../../domain/task.ts';
import type { TaskOverview } from '../../store/task-overview.ts';
import { Instant, instantOf } from './common.ts';
import { Gate } from './gate.ts';
import { Limits } from './limits.ts';

const text = z.string().nullable();

export const Task = z
  .object({
    taskId: z.uuid(),
    state: z.enum(TASK_STATES),
    forge: z.string(),
    repository: z.string(),
    number: z
      .int()
      .nullable()
      .openapi({ description: 'Of the issue or pull request that it is about; null where it is about what was said alone.' }),
    title: text.openapi({ description: 'Of that, once a worker has read it.' }),
    subjectKind: z.enum(['issue', 'pull']),
    purpose: z.enum(['work', 'gates']).openapi({ description: '`gates`: they run again, without an agent.' }),
    agentType: z.enum(AGENT_TYPES),
    gateProfile: z.enum(GATE_PROFILES).nullable().openapi({ description: 'null: the repository’s settings decide.' }),
    priority: z.int(),
    limits: Limits.nullable(),
    instruction: text,
    requestedBy: z.string(),
    agentId: z.uuid().nullable().openapi({ description: 'Its newest agent.' }),
    branch: text.openapi({ description: 'Where the result goes.' }),
    baseBranch: text.openapi({ description: 'What it starts from and is judged against.' }),
    pullRequest: z.int().nullable(),
    headSha: text,
    outcome: z.object({ code: z.string(), message: z.string(), nextStep: text }).nullable(),
    requestId: z.string().openapi({ description: 'Of the webhook or request that asked for it: in every line of the log about it.' }),
    continues: z.uuid().nullable().openapi({ description: 'The task that it repeats or continues.' }),
    createdAt: Instant,
    updatedAt: Instant,
    stopRequestedAt: Instant.nullable(),
    killRequestedAt: Instant.nullable(),
    killConfirmedAt: Instant.nullable(),
  })
  .openapi('Task');

export const TaskDetails = Task.extend({ gates: z.array(Gate) }).openapi('TaskDetails');

export const TaskAnswer = Task.extend({ message: z.string() }).openapi('TaskAnswer');

export function taskView(task: TaskOverview): z.infer<typeof Task> {
  const { id, subject, profile, requestedBy, askedOn: _, origin, createdAt, updatedAt, ...rest } = task;
  return {
    ...rest,
    taskId: id,
    ...subject,
    number: isOnForge(subject) ? subject.number : null,
    gateProfile: profile,
    requestedBy: requestedBy.login,
    requestId: origin.requestId,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    stopRequestedAt: instantOf(task.stopRequestedAt),
    killRequestedAt: instantOf(task.killRequestedAt),
    killConfirmedAt: instantOf(task.killConfirmedAt),
  };
}
