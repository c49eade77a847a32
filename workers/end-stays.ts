import { confirmKill } from '../src/store/confirm-kill.ts';
import { change } from '../src/store/events.ts';
import { logAbout } from '../src/log.ts';
import { endStay, overstayed } from '../src/store/stays.ts';
import { cleanUp } from './clean-up.ts';
import type { WorkerServices } from './services.ts';

/**
 * Removes what agents that are over may have left on this machine: it was away when they ended, or could not remove it then.
 * Kills that waited for that are confirmed.
 */
export async function endStays(services: Pick<WorkerServices, 'db' | 'log' | 'sandboxes' | 'git' | 'dataDir' | 'host'>): Promise<void> {
  const { db, host } = services;
  for (const { task, agentId } of await overstayed(db, host)) {
    const log = logAbout(services.log, task, agentId);
    try {
      await cleanUp(services, task, agentId);
      await change(db, async (tx) => {
        await endStay(tx, agentId, host);
        await confirmKill(tx, task.id);
      });
      log.info('what an agent had left here is gone');
    } catch (error) {
      log.warn({ err: error }, 'what an agent has left here could not be removed');
    }
  }
}
