import type { Logger } from '../log.ts';
import { startLoop } from '../loop.ts';
import type { Queue } from '../queue/queue.ts';
import { agentsWithoutWorker, transitionAgent } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { pruneDeliveries } from '../store/deliveries.ts';
import { change, notify } from '../store/events.ts';
import type { Notifications } from '../store/notifications.ts';
import { findTask, killRequestOf, tasksIn, transitionTask } from '../store/tasks.ts';
import { killedOutcome } from './kill.ts';

export interface SweepOptions {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly queue: Queue;
  readonly log: Logger;
}

const EVERY_MS = 5_000;
const MOST = 1000;
/** Handled deliveries are kept for so long, for whoever asks what became of one. */
const KEEP_DELIVERIES_MS = 14 * 24 * 3_600_000;

/** Repeats what a crash interrupted: jobs that the queue has lost, agents whose worker is gone. */
export function startSweep(options: SweepOptions): AsyncDisposable {
  return startLoop({ name: 'sweep', topic: 'sweep', everyMs: EVERY_MS, ...options }, async () => {
    await addLostJobs(options);
    await endAbandonedAgents(options);
    await pruneDeliveries(options.db, new Date(Date.now() - KEEP_DELIVERIES_MS));
    return 'wait';
  });
}

async function addLostJobs({ db, queue, log }: SweepOptions): Promise<void> {
  for (const task of await tasksIn(db, ['dispatched'], MOST)) {
    if (await queue.holds(task.id)) continue;
    await queue.add(task.id, task.priority);
    log.info({ task: task.id }, 'a job that the queue had lost was added again');
  }
}

/** The lease has run out: whoever held the agent is gone, or cannot reach the database. */
async function endAbandonedAgents({ db, log }: SweepOptions): Promise<void> {
  for (const agent of await agentsWithoutWorker(db)) {
    await change(db, async (tx) => {
      const kill = await killRequestOf(tx, agent.taskId);
      const state = kill ? 'killed' : 'failed';
      const message = `The worker ${agent.worker} stopped without a word.`;
      if (!(await transitionAgent(tx, agent.id, state, message))) return;
      const outcome = kill
        ? killedOutcome(kill, await findTask(tx, agent.taskId))
        : { code: 'worker.lost', message, nextStep: 'Nothing was lost but this attempt: `/agent retry` starts again.' };
      await transitionTask(tx, agent.taskId, state, { outcome });
      await notify(tx, 'task');
      log.warn({ agent: agent.id, task: agent.taskId, worker: agent.worker }, 'an agent whose worker is gone was ended');
    });
  }
}
