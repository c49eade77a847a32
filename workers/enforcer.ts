import { messageOf } from '../src/errors.ts';
import { logAbout } from '../src/log.ts';
import { startLoop } from '../src/loop.ts';
import { fence, findAgent, liveAgentOf, transitionAgent, type Agent } from '../src/store/agents.ts';
import { dropCheckpoint } from '../src/store/checkpoints.ts';
import { confirmKill } from '../src/store/confirm-kill.ts';
import { appendEvent, change, notify } from '../src/store/events.ts';
import type { StopRequest } from '../src/store/schema.ts';
import { endStay } from '../src/store/stays.ts';
import { findTask, transitionTask, unconfirmedKills } from '../src/store/tasks.ts';
import { killedOutcome } from '../src/tasks/kill.ts';
import type { Task } from '../src/domain/task.ts';
import { cleanUp } from './clean-up.ts';
import type { WorkerServices } from './services.ts';
import { settlePublished } from './settle-published.ts';

/** Milliseconds. A worker confirms a kill sooner; after this the server goes after the sandbox itself. */
const PATIENCE_MS = 5_000;

export type EnforcerServices = Pick<
  WorkerServices,
  'db' | 'notifications' | 'log' | 'forges' | 'sandboxes' | 'git' | 'dataDir' | 'host' | 'forgePatienceMs'
>;

/**
 * Goes after agents whose kill nobody has confirmed in time: removes their sandboxes through the engine that this process
 * reaches. Where the worker is gone too, it ends the task, and says what could not be confirmed from here.
 */
export function startEnforcer(services: EnforcerServices): AsyncDisposable {
  return startLoop({ name: 'enforcer', topic: 'enforce', everyMs: 1_000, ...services }, async () => {
    for (const { id, request } of await unconfirmedKills(services.db, PATIENCE_MS)) await enforce(services, id, request);
    return 'wait';
  });
}

async function enforce(all: EnforcerServices, taskId: string, request: StopRequest): Promise<void> {
  const task = await findTask(all.db, taskId);
  const live = await liveAgentOf(all.db, taskId);
  if (!task || !live) return;
  const { agent, held } = live;
  const services = { ...all, log: logAbout(all.log, task, agent.id) };
  const problem = await removeSandboxes(services, agent);
  // A worker that still answers confirms by itself, now that the sandbox is gone.
  if (held) return problem === null ? undefined : noteUnconfirmed(services, task, agent, problem);
  await endKilled(services, task, agent, request, problem ?? (await removeRest(services, task, agent)));
}

/** null: the engine that this process reaches has none of them any more. */
async function removeSandboxes({ sandboxes, log }: EnforcerServices, agent: Agent): Promise<string | null> {
  try {
    const removed = await sandboxes.remove(agent.id);
    if (removed > 0) log.warn({ removed }, 'a kill was not confirmed in time: its sandboxes were removed from outside');
    return null;
  } catch (error) {
    return `its sandboxes could not be removed (${messageOf(error)})`;
  }
}

/** null: nothing is left on this machine. */
async function removeRest(services: EnforcerServices, task: Task, agent: Agent): Promise<string | null> {
  try {
    await cleanUp(services, task, agent.id);
    return null;
  } catch (error) {
    return `its workspace could not be removed (${messageOf(error)})`;
  }
}

async function noteUnconfirmed({ db }: EnforcerServices, task: Task, agent: Agent, problem: string): Promise<void> {
  const reason = `It could not be confirmed whether it has stopped: ${problem}.`;
  await change(db, (tx) => appendEvent(tx, { type: 'task.kill-unconfirmed', taskId: task.id, agentId: agent.id, data: { reason } }));
}

/** `problem`: what kept this machine from removing what it may have; null for nothing. What is on others is not seen from here. */
async function endKilled(
  services: EnforcerServices,
  task: Task,
  agent: Agent,
  request: StopRequest,
  problem: string | null,
): Promise<void> {
  const { db, log, host } = services;
  const doubt = await settlePublished(services, { task, agent, change: (work) => change(db, work) });
  await change(db, async (tx) => {
    // A worker that is slow may have brought it to another machine meanwhile: what is there is looked at next.
    if ((await findAgent(tx, agent.id))?.host !== agent.host) return;
    await fence(tx, agent.id);
    const outcome = killedOutcome(request, await findTask(tx, task.id), doubt);
    if (!(await transitionAgent(tx, agent.id, 'killed', outcome.message))) return;
    await transitionTask(tx, task.id, 'killed', { outcome });
    if (problem === null) await endStay(tx, agent.id, host);
    await confirmKill(tx, task.id, problem ?? 'its worker does not answer');
    await dropCheckpoint(tx, agent.id);
    await notify(tx, 'task');
  });
  log.warn({ problem }, 'an agent whose worker is gone was killed from outside');
}
