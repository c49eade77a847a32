import { dropCheckpoint } from '../src/git/checkpoint.ts';
import { mirrorDirectory } from '../src/git/mirror.ts';
import { remoteHead } from '../src/git/remote-head.ts';
import { removeWorkspace } from '../src/git/workspace.ts';
import type { Task } from '../src/domain/task.ts';
import { findAgent } from '../src/store/agents.ts';
import { findTask, noteOnTask } from '../src/store/tasks.ts';
import type { Hold } from './hold.ts';
import type { WorkerServices } from './services.ts';

/**
 * Removes what an agent has on this machine: its sandboxes, confirmed by the engine; its workspace; its checkpoint. Nothing
 * there is fine. What cannot be removed is an error, so that nobody reports it as gone.
 */
export async function cleanUp(
  services: Pick<WorkerServices, 'sandboxes' | 'git' | 'dataDir'>,
  { subject }: Task,
  agentId: string,
): Promise<void> {
  await services.sandboxes.remove(agentId);
  await removeWorkspace(services.dataDir, agentId);
  await dropCheckpoint(services.git, { dir: mirrorDirectory({ dataDir: services.dataDir, ...subject }) }, agentId);
}

/**
 * Whether a push was cut off of which nobody knows whether it arrived. The forge is asked; where it tells, that is noted, so
 * that the end of the task says what is on the branch.
 */
export async function pushIsUncertain(services: WorkerServices, hold: Pick<Hold, 'task' | 'agent' | 'change'>): Promise<boolean> {
  const { subject, id } = hold.task;
  const publishing = (await findAgent(services.db, hold.agent.id))?.publishing ?? null;
  const task = await findTask(services.db, id);
  if (publishing === null || !task?.branch || task.headSha === publishing) return false;
  try {
    const access = await services.forges.find(({ name }) => name === subject.forge)!.gitAccess(subject.repository);
    const head = await remoteHead(services.git, access, task.branch, AbortSignal.timeout(LOOK_MS));
    // What is not there yet may still be on its way through the forge.
    if (head !== publishing) return true;
    await hold.change((tx) => noteOnTask(tx, id, { headSha: head }));
    return false;
  } catch {
    return true;
  }
}

/** Milliseconds. The report of a kill does not wait longer for the forge. */
const LOOK_MS = 3_000;
