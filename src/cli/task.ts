import { z } from 'zod';
import { SignalboxError } from '../errors.ts';
import { agentPath } from './agents.ts';
import type { Api } from './api.ts';
import { orNull } from './server.ts';

/** What the API says of a task, as far as the terminal shows it. */
export const Task = z.looseObject({
  taskId: z.string(),
  state: z.string(),
  repository: z.string(),
  number: z.number().nullable(),
  agentType: z.string(),
  priority: z.number(),
  requestedBy: z.string(),
  agentId: z.string().nullable(),
  pullRequest: z.number().nullable(),
  outcome: z.looseObject({ message: z.string(), nextStep: z.string().nullable() }).nullable(),
  killRequestedAt: z.string().nullable(),
});
export type Task = z.infer<typeof Task>;

const Cancelled = Task.extend({ message: z.string() });
type Cancelled = z.infer<typeof Cancelled>;

export function nameOf({ repository, number }: { readonly repository: string; readonly number: number | null }): string {
  return number === null ? repository : `${repository}#${number}`;
}

export function taskPath(id: string, what = ''): string {
  return `/tasks/${encodeURIComponent(id)}${what}`;
}

export function isOver({ state }: Task): boolean {
  return state === 'completed' || state === 'failed' || state === 'killed';
}

export function taskLine(task: Task): string {
  const state = !isOver(task) && task.killRequestedAt ? 'stop requested, not yet confirmed' : task.state;
  return `${task.taskId}  ${state.padEnd(12)}  ${nameOf(task)}  priority ${task.priority}, ${task.agentType}, asked for by ${task.requestedBy}`;
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
  const agent = await orNull(api.call('GET', agentPath(id, 'status'), z.looseObject({ taskId: z.string() })));
  return (await orNull(api.call('GET', taskPath(agent?.taskId ?? id), Task))) ?? nothingOf(id);
}

/** Stops a task at once: one that waits is over with this; of one at work the agent is asked to stop. */
export async function cancelTask(api: Api, id: string, reason: string | undefined): Promise<Cancelled> {
  const query = reason === undefined ? '' : `?${new URLSearchParams({ reason }).toString()}`;
  return (await orNull(api.call('DELETE', taskPath(id, query), Cancelled))) ?? nothingOf(id);
}

function nothingOf(id: string): never {
  throw new SignalboxError('cli.not-found', `There is neither an agent nor a task ${id} here.`, {
    nextStep: '`signalbox status` lists the agents, `signalbox tasks list` the tasks.',
  });
}
