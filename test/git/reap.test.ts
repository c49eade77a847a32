import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listCheckpoints, saveCheckpoint } from '../../src/git/checkpoint.ts';
import { collect } from '../../src/git/collect.ts';
import { ensureMirror, withMirrorLock } from '../../src/git/mirror.ts';
import { reapWorkspaces, type Reaped } from '../../src/git/reap.ts';
import { createWorkspace, listWorkspaces, type Workspace } from '../../src/git/workspace.ts';
import { makeHarness, type Harness } from '../support/git/harness.ts';
import { writeFiles } from '../support/git/origin.ts';

function reap(h: Harness, live: readonly string[]): Promise<Reaped> {
  return reapWorkspaces(h.git, { dataDir: h.dataDir, isLive: async () => new Set(live) });
}

async function begin(h: Harness, agentId: string): Promise<Workspace> {
  const workspace = await h.workspace(agentId);
  await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
  await saveCheckpoint(h.git, workspace);
  return workspace;
}

test('what agents that are over left goes, in every mirror, and what others have stays', async () => {
  await using h = await makeHarness();
  const live = await begin(h, 'live');
  const over = await begin(h, 'over');
  const second = await ensureMirror(h.git, { dataDir: h.dataDir, forge: 'gitea', repository: 'group/sub/other' }, h.remote);
  await createWorkspace(h.git, { dataDir: h.dataDir, mirror: second, agentId: 'over-too', branch: 'b', startPoint: h.base });
  expect(await reap(h, ['live'])).toEqual({ workspaces: 2, worktrees: 2, refs: 1 });
  expect(await listWorkspaces(h.dataDir)).toEqual(['live']);
  expect(await readdir(join(second.dir, 'worktrees')).catch(() => [])).toEqual([]);
  expect(await listCheckpoints(h.git, over.mirror)).toMatchObject([{ agentId: 'live' }]);
  expect((await collect(h.git, live)).files.map(({ path }) => path)).toEqual(['made.txt']);
  expect(await reap(h, ['live'])).toEqual({ workspaces: 0, worktrees: 0, refs: 0 });
});

test('parts that a crash left are found each by itself: metadata without a folder, a ref alone, a folder without a note, a judge’s checkout', async () => {
  await using h = await makeHarness();
  for (const id of ['no-folder', 'ref-alone', 'no-note']) await begin(h, id);
  const { dir } = await h.mirror();
  const workspaces = join(h.dataDir, 'workspaces');
  await rm(join(workspaces, 'no-folder'), { recursive: true });
  await rm(join(workspaces, 'ref-alone'), { recursive: true });
  await rm(join(dir, 'worktrees', 'ref-alone'), { recursive: true });
  await truncate(join(workspaces, 'no-note', 'workspace.json'));
  await mkdir(join(workspaces, 'judged', 'judge', 'repo'), { recursive: true });
  expect(await reap(h, [])).toEqual({ workspaces: 2, worktrees: 2, refs: 3 });
  expect(await listWorkspaces(h.dataDir)).toEqual([]);
  expect(await readdir(join(dir, 'worktrees')).catch(() => [])).toEqual([]);
  expect(await listCheckpoints(h.git, { dir })).toEqual([]);
});

test('what people keep in the same places is not touched', async () => {
  await using h = await makeHarness();
  const { dir } = await h.mirror();
  const tree = join(h.scratch.dir, 'by-hand');
  await h.git.ok(['worktree', 'add', '--quiet', '--detach', tree, h.base], { gitDir: dir });
  await h.git.ok(['update-ref', 'refs/signalbox/notes', h.base], { gitDir: dir });
  await h.git.ok(['update-ref', 'refs/heads/mine', h.base], { gitDir: dir });
  await writeFiles(h.dataDir, {
    'workspaces/mine/notes.txt': 'x',
    'workspaces/lost+found/box/x': 'x',
    'workspaces/file': 'x',
    'mirrors/notes.txt': 'x',
    'mirrors/github/x/.git': 'x',
  });
  expect(await reap(h, [])).toEqual({ workspaces: 0, worktrees: 0, refs: 0 });
  expect(await readdir(join(dir, 'worktrees'))).toEqual(['by-hand']);
  expect((await listWorkspaces(h.dataDir)).toSorted()).toEqual(['file', 'lost+found', 'mine']);
  expect(await h.git.text(['for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/signalbox'], { gitDir: dir })).toBe(
    'refs/heads/mine\nrefs/signalbox/notes',
  );
});

test('who is live is asked after everything was listed, so that what begins meanwhile is safe', async () => {
  await using h = await makeHarness();
  await begin(h, 'over');
  const asked: (readonly string[])[] = [];
  const reaped = await reapWorkspaces(h.git, {
    dataDir: h.dataDir,
    isLive: async (ids) => {
      asked.push(ids.toSorted());
      await begin(h, 'late');
      return new Set();
    },
  });
  expect(asked).toEqual([['over']]);
  expect(reaped).toEqual({ workspaces: 1, worktrees: 1, refs: 1 });
  expect(await listWorkspaces(h.dataDir)).toEqual(['late']);
  expect((await listCheckpoints(h.git, await h.mirror())).map(({ agentId }) => agentId)).toEqual(['late']);
});

test('a workspace that is being made meanwhile comes out whole', async () => {
  await using h = await makeHarness();
  await h.mirror();
  const ids = Array.from({ length: 4 }, (_, index) => `agent-${index}`);
  const making = Promise.all(ids.map((id) => begin(h, id)));
  const made = making.then(() => true);
  do await reap(h, ids);
  while (!(await Promise.race([made, Promise.resolve(false)])));
  for (const workspace of await making) expect((await collect(h.git, workspace)).files).toMatchObject([{ path: 'made.txt' }]);
});

test('two at once, as in two processes, are as good as one', async () => {
  await using h = await makeHarness();
  for (const id of ['one', 'two', 'three']) await begin(h, id);
  await Promise.all([reap(h, ['one']), reap(h, ['one'])]);
  expect(await listWorkspaces(h.dataDir)).toEqual(['one']);
  const mirror = await h.mirror();
  expect(await readdir(join(mirror.dir, 'worktrees'))).toEqual(['one']);
  expect((await listCheckpoints(h.git, mirror)).map(({ agentId }) => agentId)).toEqual(['one']);
});

test('a mirror in which there is nothing to remove is not waited for, and one that is fetched into is, until the signal says otherwise', async () => {
  await using h = await makeHarness();
  await begin(h, 'agent');
  await withMirrorLock(await h.mirror(), undefined, async () => {
    expect(await reap(h, ['agent'])).toEqual({ workspaces: 0, worktrees: 0, refs: 0 });
    const control = new AbortController();
    const reaping = reapWorkspaces(h.git, { dataDir: h.dataDir, isLive: async () => new Set() }, control.signal);
    control.abort(new Error('the worker stops'));
    await expect(reaping).rejects.toThrow('the worker stops');
  });
  await reap(h, []);
  expect(await listCheckpoints(h.git, await h.mirror())).toEqual([]);
});

test('a mirror that is damaged does not keep workspaces from being removed', async () => {
  await using h = await makeHarness();
  const { mirror } = await begin(h, 'over');
  await writeFile(join(mirror.dir, 'HEAD'), '');
  expect(await reap(h, [])).toEqual({ workspaces: 1, worktrees: 1, refs: 0 });
  await h.mirror();
  expect(await reap(h, [])).toEqual({ workspaces: 0, worktrees: 0, refs: 1 });
});

test('where nothing was made yet there is nothing to do', async () => {
  await using h = await makeHarness();
  expect(await reap(h, [])).toEqual({ workspaces: 0, worktrees: 0, refs: 0 });
});
