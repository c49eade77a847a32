import type { Db } from '../store/database.ts';
import { change } from '../store/events.ts';
import type { StopRequest } from '../store/schema.ts';
import { requestKill, transitionTask } from '../store/tasks.ts';

/**
 * Stops a task. What no worker has begun is over with this call; a worker that holds it is woken, stops, and reports.
 * Stopping twice, or stopping what is over, changes nothing.
 */
export async function killTask(db: Db, taskId: string, request: StopRequest): Promise<'killed' | 'requested' | 'already-over'> {
  return change(db, async (tx) => {
    const wish = await requestKill(tx, taskId, request);
    if (!wish) return 'already-over';
    if (wish.state === 'running') return 'requested';
    await transitionTask(tx, taskId, 'killed', { outcome: killedOutcome(request) });
    return 'killed';
  });
}

export function killedOutcome(request: StopRequest) {
  return {
    code: 'killed',
    message: `Stopped by ${request.actor} (${request.reason}).`,
    nextStep: 'Nothing more was published. `/agent retry` starts again.',
  };
}
