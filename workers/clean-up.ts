import { dropCheckpoint } from '../src/git/checkpoint.ts';
import { mirrorDirectory } from '../src/git/mirror.ts';
import { removeWorkspace } from '../src/git/workspace.ts';
import type { Task } from '../src/domain/task.ts';
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

/** false: something could not be removed, and is left to the reaper. */
export async function tryCleanUp(
  services: Parameters<typeof cleanUp>[0] & Pick<WorkerServices, 'log'>,
  task: Task,
  agentId: string,
): Promise<boolean> {
  try {
    await cleanUp(services, task, agentId);
    return true;
  } catch (error) {
    services.log.warn({ err: error }, 'left to the reaper');
    return false;
  }
}
