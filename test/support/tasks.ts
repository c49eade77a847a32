import { randomUUID } from 'node:crypto';
import type { TaskState } from '../../src/domain/task.ts';
import { takeAgent, transitionAgent } from '../../src/store/agents.ts';
import type { Db } from '../../src/store/database.ts';
import { confirmKill } from '../../src/store/confirm-kill.ts';
import { change } from '../../src/store/events.ts';
import { endStay } from '../../src/store/stays.ts';
import { createTask, requestKill, transitionTask } from '../../src/store/tasks.ts';
import { ORIGIN } from './origin.ts';

/** Tasks and agents as the store makes them, for tests in which nobody works. */

export interface Place {
  readonly forge?: string;
  readonly repository?: string;
  readonly number?: number;
}

const MACHINE = 'a machine';
let count = 0;

/** A task in a live state, on an issue of its own unless one is named. */
export async function taskThere(
  db: Db,
  state: Extract<TaskState, 'pending' | 'dispatched' | 'running'>,
  place: Place = {},
): Promise<{ taskId: string; agentId: string }> {
  const [taskId, agentId] = [randomUUID(), randomUUID()];
  const number = place.number ?? ++count + 1000;
  await change(db, async (tx) => {
    const subject = { forge: place.forge ?? 'github', repository: place.repository ?? 'acme/duration', number };
    const rest = {
      subjectKind: 'issue',
      origin: ORIGIN,
      askedOn: number,
      purpose: 'work',
      agentType: 'worker',
      profile: null,
      priority: 5,
      instruction: null,
    } as const;
    await createTask(tx, { id: taskId, cause: `test/${taskId}`, subject, ...rest, requestedBy: { login: 'ada', id: 1 } });
    if (state !== 'pending') await transitionTask(tx, taskId, 'dispatched');
    if (state === 'running')
      await takeAgent(tx, { id: agentId, taskId, worker: 'a worker', host: MACHINE, model: 'a model', leaseMs: 3_600_000 });
    if (state === 'running') await transitionAgent(tx, agentId, 'running');
  });
  return { taskId, agentId };
}

/** What a worker writes down when nothing of a killed agent is left. Whoever asked for it before stands. */
export async function confirmStopped(db: Db, { taskId, agentId }: { taskId: string; agentId: string }): Promise<void> {
  await change(db, async (tx) => {
    await requestKill(tx, taskId, { actor: 'ada', route: 'comment', reason: 'no reason given' });
    await transitionAgent(tx, agentId, 'killed', 'Stopped.');
    await transitionTask(tx, taskId, 'killed', { outcome: { code: 'killed', message: 'Stopped.', nextStep: null } });
    await endStay(tx, agentId, MACHINE);
    await confirmKill(tx, taskId);
  });
}

export async function complete(db: Db, { taskId, agentId }: { taskId: string; agentId: string }): Promise<void> {
  await change(db, async (tx) => {
    await transitionAgent(tx, agentId, 'completed');
    await transitionTask(tx, taskId, 'completed', {
      outcome: { code: 'published', message: 'The work is in pull request #2.', nextStep: null },
    });
  });
}
