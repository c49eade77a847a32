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
 * Brings waiting tasks to the queue, as many as there is room for, the most urgent first. The task is marked before the job
 * is added, because a worker takes only what is marked, and it may be faster than we; a job that a crash between the two, or
 * a queue that is away, leaves out is added by the sweep.
 */
export function startDispatcher(options: DispatcherOptions): AsyncDisposable {
  return startLoop({ name: 'dispatcher', topic: 'task', everyMs: 1000, ...options }, async () => {
    const busy = await tasksIn(options.db, ['dispatched', 'running'], options.maxAgents);
    const room = options.maxAgents - busy.length;
    if (room <= 0) return 'wait';
    for (const task of await tasksIn(options.db, ['pending'], room)) {
      const marked = await change(options.db, (tx) => transitionTask(tx, task.id, 'dispatched'));
      if (marked) await options.queue.add(task.id, task.priority);
    }
    return 'wait';
  });
}
