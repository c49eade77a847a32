import type { Queue } from '../src/queue/queue.ts';
import { IdleTime } from './idle-time.ts';
import { runTask } from './run-task.ts';
import type { WorkerServices } from './services.ts';
import { startTidying } from './tidy-mirrors.ts';

/** Takes tasks from the queue until disposed, which ends what is under way here, and tidies up while there are none. */
export async function startWorker(services: WorkerServices, queue: Queue, concurrency: number): Promise<AsyncDisposable> {
  const shutdown = new AbortController();
  const idle = new IdleTime();
  const work = (taskId: string) => idle.endFor(() => runTask(services, taskId, shutdown.signal));
  await using stack = new AsyncDisposableStack();
  stack.use(await queue.work(work, concurrency));
  stack.use(startTidying(services, idle));
  stack.defer(() => shutdown.abort());
  const parts = stack.move();
  return { [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
