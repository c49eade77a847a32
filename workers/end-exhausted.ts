import type { Task } from '../src/domain/task.ts';
import { logAbout } from '../src/log.ts';
import { holds, MOST_RESUMPTIONS, transitionAgent, type Agent } from '../src/store/agents.ts';
import { dropCheckpoint } from '../src/store/checkpoints.ts';
import { change, notify } from '../src/store/events.ts';
import { endStay } from '../src/store/stays.ts';
import { findTask, transitionTask } from '../src/store/tasks.ts';
import { leftBehind } from '../src/tasks/kill.ts';
import { whereItCanBeSaid } from '../src/tasks/next-step.ts';
import { tryCleanUp } from './clean-up.ts';
import { HoldLost, type Hold } from './hold.ts';
import type { WorkerServices } from './services.ts';
import { settlePublished } from './settle-published.ts';

/**
 * Ends an agent that was taken over too often; its workers keep dying, or the fault does not pass. What it has on this machine
 * goes, and what of its work is on the forge is said.
 */
export async function endExhausted(
  services: Pick<WorkerServices, 'db' | 'log' | 'forges' | 'sandboxes' | 'git' | 'dataDir' | 'host' | 'forgePatienceMs'>,
  { exhausted, task }: { readonly exhausted: Agent; readonly task: Task },
): Promise<void> {
  const proof = { agentId: exhausted.id, token: exhausted.leaseToken };
  const fenced: Hold['change'] = (work) =>
    change(services.db, async (tx) => {
      if (!(await holds(tx, proof))) throw new HoldLost('the agent was taken from this worker');
      return work(tx);
    });
  try {
    const clean = await tryCleanUp({ ...services, log: logAbout(services.log, task, exhausted.id) }, task, exhausted.id);
    const doubt = await settlePublished(services, { task, agent: exhausted, change: fenced });
    await fenced(async (tx) => {
      const known = await findTask(tx, task.id);
      const left = known && leftBehind(known, doubt);
      const last = exhausted.error ? ` The last fault: ${exhausted.error}` : '';
      const message = `The agent was taken over ${MOST_RESUMPTIONS} times and did not come to an end${left ? `, ${left}` : ''}.${last}`;
      const outcome = { code: 'worker.gave-up', message, nextStep: 'See the log of the workers; then `/agent retry`.' };
      await transitionAgent(tx, exhausted.id, 'failed', message);
      await transitionTask(tx, task.id, 'failed', { outcome: whereItCanBeSaid(outcome, known ?? task) });
      if (clean) await endStay(tx, exhausted.id, services.host);
      await dropCheckpoint(tx, exhausted.id);
      await notify(tx, 'task');
    });
  } catch (error) {
    if (!(error instanceof HoldLost)) throw error;
  }
}
