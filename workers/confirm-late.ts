import { change } from '../src/store/events.ts';
import { confirmKill, unconfirmedOn } from '../src/store/tasks.ts';
import { cleanUp } from './clean-up.ts';
import type { WorkerServices } from './services.ts';

/** Confirms kills that nobody could confirm when they ended, once what their agents have left on this machine is gone. */
export async function confirmLate(services: Pick<WorkerServices, 'db' | 'log' | 'sandboxes' | 'git' | 'dataDir' | 'host'>): Promise<void> {
  const { db, log, host } = services;
  for (const { task, agentId } of await unconfirmedOn(db, host)) {
    try {
      await cleanUp(services, task, agentId);
      await change(db, (tx) => confirmKill(tx, task.id));
      log.info({ task: task.id, agent: agentId }, 'a kill is confirmed that could not be before');
    } catch (error) {
      log.warn({ err: error, task: task.id, agent: agentId }, 'a kill can still not be confirmed');
    }
  }
}
