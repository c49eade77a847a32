import { isTerminal } from '../domain/task.ts';
import type { Db } from '../store/database.ts';
import { change } from '../store/events.ts';
import type { StopRequest } from '../store/schema.ts';
import { findTask, requestStop, stopStateOf } from '../store/tasks.ts';
import { killWithin } from './kill.ts';

/** `killed`: it had not begun. `being-killed`: it was asked to stop at once before, which is more than this. */
export type Stopping = 'requested' | 'asked-before' | 'being-killed' | 'killed' | 'already-over';

/**
 * Asks an agent to wrap up: what it has is published, as a draft. What has not begun is over with this call, because there
 * is nothing to publish. Asking twice, or asking what is over, changes nothing.
 */
export async function stopTask(db: Db, taskId: string, request: StopRequest): Promise<Stopping> {
  return change(db, async (tx) => {
    const task = await findTask(tx, taskId);
    if (!task || isTerminal(task.state)) return 'already-over';
    if (task.state !== 'running') return (await killWithin(tx, taskId, request)) === 'killed' ? 'killed' : 'already-over';
    if ((await stopStateOf(tx, taskId)).kill) return 'being-killed';
    const wish = await requestStop(tx, taskId, request);
    return wish?.first ? 'requested' : 'asked-before';
  });
}
