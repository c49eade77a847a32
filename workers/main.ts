import type { Queue } from '../src/queue/queue.ts';
import { runTask } from './run-task.ts';
import type { WorkerServices } from './services.ts';

/** Takes tasks from the queue until disposed, which ends what is under way here. */
export async function startWorker(services: WorkerServices, queue: Queue, concurrency: number): Promise<AsyncDisposable> {
  const shutdown = new AbortController();
  const consumer = await queue.work((taskId) => runTask(services, taskId, shutdown.signal), concurrency);
  return {
    async [Symbol.asyncDispose]() {
      shutdown.abort();
      await consumer[Symbol.asyncDispose]();
    },
  };
}
