import { z } from 'zod';
import { SignalboxError } from '../errors.ts';
import type { Api } from './api.ts';

/** What the API says of a task, as far as the terminal shows it. */
export const Task = z.looseObject({
  taskId: z.string(),
  state: z.string(),
  repository: z.string(),
  number: z.number(),
  agentType: z.string(),
  priority: z.number(),
  requestedBy: z.string(),
  agentId: z.string().nullable(),
  pullRequest: z.number().nullable(),
  outcome: z.looseObject({ message: z.string(), nextStep: z.string().nullable() }).nullable(),
  killRequestedAt: z.string().nullable(),
});
export type Task = z.infer<typeof Task>;

export function taskPath(id: string, what = ''): string {
  return `/tasks/${encodeURIComponent(id)}${what}`;
}

export function isOver({ state }: Task): boolean {
  return state === 'completed' || state === 'failed' || state === 'killed';
}

export function taskLine(task: Task): string {
  const state = !isOver(task) && task.killRequestedAt ? 'stop requested, not yet confirmed' : task.state;
  return `${task.taskId}  ${state.padEnd(12)}  ${task.repository}#${task.number}  priority ${task.priority}, ${task.agentType}, asked for by ${task.requestedBy}`;
}

export function taskText(task: Task): string {
  return [
    taskLine(task),
    ...(task.agentId ? [`agent ${task.agentId}`] : []),
    ...(task.pullRequest ? [`pull request #${task.pullRequest}`] : []),
    ...(task.outcome ? [task.outcome.message, ...(task.outcome.nextStep ? [task.outcome.nextStep] : [])] : []),
  ].join('\n');
}

/** The task of that id, or that the agent of that id works on. */
export async function findTask(api: Api, id: string): Promise<Task> {
  const agent = await api
    .call('GET', `/agents/${encodeURIComponent(id)}/status`, z.looseObject({ taskId: z.string() }))
    .catch((error: unknown) => {
      if (error instanceof SignalboxError && error.code === 'cli.refused') return null;
      throw error;
    });
  return api.call('GET', taskPath(agent?.taskId ?? id), Task);
}
