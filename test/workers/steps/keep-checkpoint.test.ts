import { randomUUID } from 'node:crypto';
import { readdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureMirror } from '../../../src/git/mirror.ts';
import { restoreWorkspace } from '../../../src/git/restore.ts';
import { createLog } from '../../../src/log.ts';
import { findAgent, takeAgent } from '../../../src/store/agents.ts';
import { checkpointOf } from '../../../src/store/checkpoints.ts';
import { change } from '../../../src/store/events.ts';
import { mayPass } from '../../../workers/may-pass.ts';
import { keepCheckpoint } from '../../../workers/steps/keep-checkpoint.ts';
import { openStore, taskIn } from '../../store/open.ts';
import { makeHarness } from '../../support/git/harness.ts';
import { writeFiles } from '../../support/git/origin.ts';

/** An agent with a workspace and a first checkpoint, with `first.txt` in it. */
async function agentAtWork() {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore());
  const h = stack.use(await makeHarness());
  const [taskId, id] = [await taskIn(store, 'dispatched'), randomUUID()];
  await change(store.db, (tx) => takeAgent(tx, { id, taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 60_000 }));
  const workspace = await h.workspace(id);
  const hold = {
    agent: (await findAgent(store.db, id))!,
    signal: new AbortController().signal,
    change: <T>(work: Parameters<typeof change<T>>[1]) => change(store.db, work),
  };
  const freezer = { freeze: async () => ({ async [Symbol.asyncDispose]() {} }) };
  const stored = { commit: null };
  const keep = () => keepCheckpoint({ git: h.git, log: createLog('silent') }, hold, { workspace, stored }, freezer);
  await writeFiles(workspace.repo, { 'first.txt': 'x\n' });
  await keep();
  const parts = stack.move();
  return {
    workspace,
    keep,
    kept: () => checkpointOf(store.db, id),
    /** Has the database refuse the next checkpoint with this SQLSTATE. */
    async refuse(state: string) {
      await store.pool.query(`
        create function signalbox.refuse() returns trigger language plpgsql as $$ begin raise exception using errcode = '${state}'; end $$;
        create trigger refuse before insert on signalbox.checkpoints for each row execute function signalbox.refuse()`);
    },
    /** What whoever takes the agent over on another machine finds. */
    async elsewhere() {
      const dataDir = join(h.scratch.dir, 'other');
      const mirror = await ensureMirror(h.git, { dataDir, forge: 'github', repository: 'acme/widgets' }, h.remote, { commits: [h.base] });
      const checkpoint = await checkpointOf(store.db, id);
      const there = await restoreWorkspace(h.git, { dataDir, mirror, agentId: id, branch: 'b', startPoint: h.base, checkpoint });
      return { from: there.from, files: (await readdir(there.repo)).filter((name) => name.endsWith('.txt')) };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

test('the newest checkpoint is kept, and a later one makes up for what could not be', async () => {
  await using agent = await agentAtWork();
  expect(await agent.kept()).toMatchObject({ outdated: false });
  await writeFiles(agent.workspace.repo, { 'second.txt': 'x\n' });
  await agent.keep();
  expect(await agent.kept()).toMatchObject({ outdated: false });
  expect(await agent.elsewhere()).toEqual({ from: 'checkpoint', files: ['first.txt', 'second.txt'] });
});

test('a fault that passes is thrown, and the checkpoint before is the newest', async () => {
  await using agent = await agentAtWork();
  const before = await agent.kept();
  await agent.refuse('53100');
  await writeFiles(agent.workspace.repo, { 'second.txt': 'x\n' });
  await expect(agent.keep()).rejects.toSatisfy(mayPass);
  expect(await agent.kept()).toEqual(before);
  expect(await agent.elsewhere()).toEqual({ from: 'checkpoint', files: ['first.txt'] });
});

test.each<[string, (of: Awaited<ReturnType<typeof agentAtWork>>) => Promise<void>]>([
  ['the database does not take', (agent) => agent.refuse('P0001')],
  [
    'cannot be made',
    async ({ workspace: { repo } }) => {
      await rename(repo, `${repo}-moved`);
      await symlink(`${repo}-moved`, repo);
    },
  ],
])('with a checkpoint that %s the agent goes on, and the one before can be used and is said to be outdated', async (_name, spoil) => {
  await using agent = await agentAtWork();
  const before = (await agent.kept())!;
  await writeFiles(agent.workspace.repo, { 'second.txt': 'x\n' });
  await spoil(agent);
  await agent.keep();
  expect(await agent.kept()).toEqual({ ...before, outdated: true });
  expect(await agent.elsewhere()).toEqual({ from: 'checkpoint', files: ['first.txt'] });
});
