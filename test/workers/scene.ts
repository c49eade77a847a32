import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StopRequest } from '../../src/store/schema.ts';
import { createGithub } from '../../src/forge/github/github.ts';
import { Git } from '../../src/git/git.ts';
import { createSandboxEngine } from '../../src/sandbox/index.ts';
import { noteAgent, takeAgent } from '../../src/store/agents.ts';
import { change } from '../../src/store/events.ts';
import { noteOnTask, requestKill, type TaskPatch } from '../../src/store/tasks.ts';
import type { EnforcerServices } from '../../workers/enforcer.ts';
import { settingsFor } from '../forge/github/world.ts';
import { taskIn } from '../store/open.ts';
import { startGithub, type Github, type RepositoryTruth } from '../support/github/github.ts';
import { openWorld, type World } from '../tasks/world.ts';

/** A machine on which agents were at work whose workers died, with a forge that has a repository. */
export interface Scene extends EnforcerServices, AsyncDisposable {
  readonly store: World['store'];
  readonly github: Github;
  readonly repository: RepositoryTruth;
}

export const REPOSITORY = 'acme/app';

export async function openScene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const { store, db, notifications, log } = stack.use(await openWorld());
  const github = stack.use(await startGithub());
  github.addUser('ada');
  const repository = await github.addRepository(REPOSITORY, { files: { 'README.md': '# App\n' }, collaborators: { ada: 'write' } });
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-scene-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const sandboxes = createSandboxEngine({ kind: 'process', instanceId: randomUUID(), path: process.env['PATH'] ?? '' });
  const parts = stack.move();
  return {
    store,
    db,
    notifications,
    log,
    github,
    repository,
    sandboxes,
    dataDir,
    forges: [createGithub(settingsFor(github))],
    git: new Git(),
    host: 'here',
    forgePatienceMs: 60_000,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

export interface DeadWish {
  readonly host?: string;
  readonly publishing?: string;
  readonly task?: TaskPatch;
}

/** An agent whose worker stopped without a word. */
export async function deadAgent({ store, db }: Scene, wish: DeadWish = {}): Promise<{ taskId: string; agentId: string }> {
  const number = Math.floor(Math.random() * 1e9);
  const taskId = await taskIn(store, 'dispatched', { subject: { forge: 'github', repository: REPOSITORY, number } });
  const agentId = randomUUID();
  await change(db, async (tx) => {
    await takeAgent(tx, { id: agentId, taskId, worker: 'w', host: wish.host ?? 'here', model: 'm', leaseMs: -1000 });
    await noteAgent(tx, agentId, { publishing: wish.publishing ?? null });
    await noteOnTask(tx, taskId, wish.task ?? {});
  });
  return { taskId, agentId };
}

/** A request to stop that nobody has confirmed for a minute. */
export async function killLongAgo({ store, db }: Scene, taskId: string, request: StopRequest): Promise<void> {
  await change(db, (tx) => requestKill(tx, taskId, request));
  await store.pool.query("update signalbox.tasks set kill_requested_at = now() - interval '1 minute' where id = $1", [taskId]);
}
