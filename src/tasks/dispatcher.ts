import type { Logger } from '../log.ts';
import { startLoop } from '../loop.ts';
import type { Queue } from '../queue/queue.ts';
import type { Db } from '../store/database.ts';
import { change } from '../store/events.ts';
import type { Notifications } from '../store/notifications.ts';
import { tasksIn, transitionTask } from '../store/tasks.ts';

export interface DispatcherOptions {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly queue: Queue;
  readonly log: Logger;
  /** Agents at once, over all workers. */
  readonly maxAgents: number;
}

/**
 * Brings waiting tasks to the queue, as many as there is room for, the most urgent first. The job is added before the task
 * is marked, and adding twice changes nothing, so that a crash between the two is mended by the next pass.
 */
export function startDispatcher(options: DispatcherOptions): AsyncDisposable {
  return startLoop({ name: 'dispatcher', topic: 'task', everyMs: 1000, ...options }, async () => {
    const busy = await tasksIn(options.db, ['dispatched', 'running'], options.maxAgents);
    const room = options.maxAgents - busy.length;
    if (room <= 0) return 'wait';
    for (const task of await tasksIn(options.db, ['pending'], room)) {
      await options.queue.add(task.id, task.priority);
      await change(options.db, (tx) => transitionTask(tx, task.id, 'dispatched'));
    }
    return 'wait';
  });
}
