import { reapWorkspaces } from '../src/git/reap.ts';
import { startLoop } from '../src/loop.ts';
import { liveAgents } from '../src/store/agents.ts';
import { endStays } from './end-stays.ts';
import type { WorkerServices } from './services.ts';

const EVERY_MS = 60_000;

export type ReaperServices = Pick<WorkerServices, 'db' | 'notifications' | 'log' | 'sandboxes' | 'git' | 'dataDir' | 'host'>;

/**
 * Settles, at start and every minute, what runs left on this machine that ended without cleaning up: sandboxes, workspaces,
 * worktrees, checkpoints; kills that waited for that are confirmed then. Only of this instance, and only of agents that are
 * over: nothing of a live agent, of another instance or of the user is touched.
 */
export function startReaper(services: ReaperServices): AsyncDisposable {
  return startLoop({ name: 'reaper', topic: 'reap', everyMs: EVERY_MS, ...services }, async () => {
    await endStays(services);
    const sandboxes = await services.sandboxes.sweep(() => liveIds(services));
    const left = await reapWorkspaces(services.git, { dataDir: services.dataDir, isLive: () => liveIds(services) });
    if (sandboxes + left.workspaces + left.worktrees + left.refs > 0) services.log.info({ sandboxes, ...left }, 'leftovers were removed');
    return 'wait';
  });
}

async function liveIds({ db }: ReaperServices): Promise<ReadonlySet<string>> {
  return new Set((await liveAgents(db)).map(({ id }) => id));
}
