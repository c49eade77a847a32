import { logAbout, type Logger } from '../log.ts';
import type { Queue } from '../queue/queue.ts';
import type { Db } from '../store/database.ts';
import { killedBeforeBegun } from '../store/overview.ts';

/** Milliseconds. What is older was withdrawn before; a job that is missed all the same finds its task over. */
const LOOK_BACK_MS = 600_000;

/**
 * Takes the jobs of tasks out of the queue that were stopped before any worker had begun them, so that nothing waits there
 * for what is over. A kill itself does not wait for the queue.
 */
export async function withdrawKilled({ db, queue, log }: { readonly db: Db; readonly queue: Queue; readonly log: Logger }): Promise<void> {
  for (const task of await killedBeforeBegun(db, LOOK_BACK_MS)) {
    if ((await queue.holds(task.id)) && (await queue.remove(task.id)))
      logAbout(log, task).info('the job of a task that was stopped is out of the queue');
  }
}
