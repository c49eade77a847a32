import { logAbout, type Logger } from '../log.ts';
import { startLoop } from '../loop.ts';
import type { Queue } from '../queue/queue.ts';
import { agentsWithoutWorker } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { pruneDeliveries } from '../store/deliveries.ts';
import { haltOf } from '../store/facts.ts';
import type { Notifications } from '../store/notifications.ts';
import { findTask, stopStateOf, tasksIn } from '../store/tasks.ts';
import { withdrawKilled } from './withdraw.ts';

export interface SweepOptions {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly queue: Queue;
  readonly log: Logger;
}

const EVERY_MS = 2_000;
const MOST = 1000;
/** Handled deliveries are kept for so long, for whoever asks what became of one. */
const KEEP_DELIVERIES_MS = 14 * 24 * 3_600_000;

/**
 * Brings back to the queue what a crash took out of it: jobs that were lost, and agents whose worker is gone; and takes out
 * what was stopped before it began.
 */
export function startSweep(options: SweepOptions): AsyncDisposable {
  return startLoop({ name: 'sweep', topic: 'sweep', everyMs: EVERY_MS, ...options }, async () => {
    await addLostJobs(options);
    await offerAbandonedAgents(options);
    await withdrawKilled(options);
    await pruneDeliveries(options.db, new Date(Date.now() - KEEP_DELIVERIES_MS));
    return 'wait';
  });
}

async function addLostJobs({ db, queue, log }: SweepOptions): Promise<void> {
  if (await haltOf(db)) return;
  for (const task of await tasksIn(db, ['dispatched'], MOST)) {
    if (await queue.holds(task.id)) continue;
    await queue.add(task.id, task.priority);
    logAbout(log, task).info('a job that the queue had lost was added again');
  }
}

/**
 * The lease has run out: whoever held the agent is gone, has left it, or cannot reach the database. Each takeover is a job
 * of its own, so that a job which hangs at a dead worker holds nothing up.
 */
async function offerAbandonedAgents({ db, queue, log }: SweepOptions): Promise<void> {
  for (const agent of await agentsWithoutWorker(db)) {
    const [task, { kill }] = [await findTask(db, agent.taskId), await stopStateOf(db, agent.taskId)];
    // A kill is not for a worker any more: the enforcer ends it.
    if (!task || kill || (await queue.holds(task.id, agent.leaseToken))) continue;
    await queue.add(task.id, task.priority, agent.leaseToken);
    logAbout(log, task, agent.id).warn({ worker: agent.worker }, 'an agent whose worker is gone is offered to another');
  }
}
