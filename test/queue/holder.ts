import { createLog } from '../../src/log.ts';
import { createQueue } from '../../src/queue/index.ts';

/** A worker process that takes a job, says so, and never ends it. */
const place = JSON.parse(process.argv[2]!) as Omit<Parameters<typeof createQueue>[0], 'log'>;
const queue = await createQueue({ ...place, log: createLog('silent') });
await queue.work(async (taskId) => {
  console.log(taskId);
  await new Promise(() => {});
}, 1);
