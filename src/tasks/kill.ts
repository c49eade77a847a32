import type { Task, TaskOutcome } from '../domain/task.ts';
import type { Db } from '../store/database.ts';
import { confirmKill } from '../store/confirm-kill.ts';
import { change, type Change } from '../store/events.ts';
import type { StopRequest } from '../store/schema.ts';
import { findTask, requestKill, transitionTask } from '../store/tasks.ts';
import { whereItCanBeSaid } from './next-step.ts';

/**
 * Stops a task. What no worker has begun is over with this call; a worker that holds it is woken, stops, and reports.
 * Stopping twice, or stopping what is over, changes nothing.
 */
export async function killTask(db: Db, taskId: string, request: StopRequest): Promise<Killing> {
  return change(db, (tx) => killWithin(tx, taskId, request));
}

export type Killing = 'killed' | 'requested' | 'already-over';

/** As `killTask`, as a part of a greater change. */
export async function killWithin(tx: Change, taskId: string, request: StopRequest): Promise<Killing> {
  const wish = await requestKill(tx, taskId, request);
  if (!wish) return 'already-over';
  if (wish.state === 'running') return 'requested';
  // Nothing has begun, so there is nothing that could be left: the queue's job finds the task over.
  await confirmKill(tx, taskId);
  await transitionTask(tx, taskId, 'killed', { outcome: killedOutcome(request, await findTask(tx, taskId)) });
  return 'killed';
}

/** What could not be found out of what a task had published: whether its push arrived, or whether it has a pull request. */
export type Doubt = 'none' | 'push' | 'pull';

/** How a stopped task ends, in words: who and why, and what of its work was on the forge by then, which stays there. */
export function killedOutcome(request: StopRequest, task: Task | null, doubt: Doubt = 'none'): TaskOutcome {
  const left = task === null ? null : leftBehind(task, doubt);
  const message = `Stopped by ${request.actor} (${request.reason})${left === null ? '' : `, ${left}`}.`;
  const again = task?.purpose === 'gates' ? '`/agent check` starts again.' : '`/agent retry` starts again.';
  const nextStep =
    left === null ? `Nothing of it was published. ${again}` : 'Nothing more was published. `/agent retry` goes on from there.';
  const outcome = { code: 'killed', message, nextStep };
  return task === null ? outcome : whereItCanBeSaid(outcome, task);
}

/** What of a task's work was on the forge when it ended before its time; null: nothing. A run of the gates alone publishes nothing. */
export function leftBehind({ purpose, branch, headSha, pullRequest }: Task, doubt: Doubt): string | null {
  const known = purpose === 'work' && headSha !== null;
  if (known && pullRequest !== null) return `when its work was already in pull request #${pullRequest}`;
  const pull = doubt === 'pull' ? '; whether there is a pull request is not known' : ', without a pull request';
  if (known) return `when its work was already on the branch \`${branch}\`${pull}`;
  return doubt === 'push' ? `while the branch \`${branch}\` was being pushed, so that its work may be there` : null;
}
