import type { Db } from '../store/database.ts';
import { change } from '../store/events.ts';
import { liveTasks, type LiveTask } from '../store/overview.ts';
import type { StopRequest } from '../store/schema.ts';
import { killWithin } from './kill.ts';

export interface KilledAll {
  /** Had not begun, and are over. */
  readonly killed: readonly LiveTask[];
  /** Are at work, and end as soon as their workers have stopped them. */
  readonly requested: readonly LiveTask[];
}

/**
 * Stops every task of a repository, or of the instance. One change: no task can begin, or be taken by a worker, between the
 * first stop and the last.
 */
export async function killAll(
  db: Db,
  of: { readonly forge: string; readonly repository: string } | null,
  request: StopRequest,
): Promise<KilledAll> {
  return change(db, async (tx) => {
    const killed: LiveTask[] = [];
    const requested: LiveTask[] = [];
    for (const task of await liveTasks(tx, of)) {
      const result = await killWithin(tx, task.id, request);
      if (result === 'killed') killed.push(task);
      if (result === 'requested') requested.push(task);
    }
    return { killed, requested };
  });
}
