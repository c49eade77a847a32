import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listCheckpoints, saveCheckpoint } from '../../src/git/checkpoint.ts';
import { collect } from '../../src/git/collect.ts';
import { branchHead, ensureMirror, markCorrupt } from '../../src/git/mirror.ts';
import type { Workspace } from '../../src/git/workspace.ts';
import { makeHarness, type Harness } from '../support/git/harness.ts';
import { writeFiles } from '../support/git/origin.ts';

async function begin(h: Harness, agentId: string): Promise<{ workspace: Workspace; commit: string }> {
  const workspace = await h.workspace(agentId);
  await writeFiles(workspace.repo, { [`${agentId}.txt`]: 'x\n' });
  return { workspace, commit: (await saveCheckpoint(h.git, workspace))?.commit ?? '' };
}

async function isWhole(h: Harness, { mirror }: Workspace, commit: string): Promise<boolean> {
  return (await h.git.run(['rev-list', '--objects', '--quiet', commit], { gitDir: mirror.dir })).exitCode === 0;
}

test.each(['HEAD', 'config'])(
  'when the mirror’s %s is spoilt and it is cloned anew, checkpoints come along, packed ones too',
  async (name) => {
    await using h = await makeHarness();
    const one = await begin(h, 'one');
    await h.git.ok(['gc', '--quiet'], { gitDir: one.workspace.mirror.dir });
    const two = await begin(h, 'two');
    await writeFile(join(one.workspace.mirror.dir, name), '[');
    await h.mirror();
    expect(await listCheckpoints(h.git, one.workspace.mirror)).toEqual([
      { agentId: 'one', commit: one.commit },
      { agentId: 'two', commit: two.commit },
    ]);
    for (const { workspace, commit } of [one, two]) expect(await isWhole(h, workspace, commit)).toBe(true);
    await h.git.ok(['fsck', '--full', '--strict'], { gitDir: one.workspace.mirror.dir });
  },
);

test('a start point that was on a branch that is gone comes along with the agent that works on it', async () => {
  await using h = await makeHarness();
  const { workspace, commit } = await begin(h, 'agent');
  await h.git.ok(['update-ref', '-d', 'refs/heads/main'], { gitDir: h.origin.dir });
  await h.origin.commit('main', { 'other.txt': 'unrelated' });
  await markCorrupt(workspace.mirror);
  await h.mirror();
  expect((await collect(h.git, workspace)).files.map(({ path }) => path)).toEqual(['agent.txt']);
  expect(await isWhole(h, workspace, commit)).toBe(true);
});

test('a checkpoint whose objects are lost or false is left behind, and the others come along', async () => {
  await using h = await makeHarness();
  const [lost, spoilt, sound] = [await begin(h, 'lost'), await begin(h, 'spoilt'), await begin(h, 'sound')];
  const { dir } = lost.workspace.mirror;
  const loose = (id: string) => join(dir, 'objects', id.slice(0, 2), id.slice(2));
  const treeOf = (commit: string) => h.git.text(['rev-parse', `${commit}^{tree}`], { gitDir: dir });
  await rm(loose(await treeOf(lost.commit)));
  await rm(loose(spoilt.commit));
  await writeFile(loose(spoilt.commit), 'false');
  await markCorrupt(lost.workspace.mirror);
  await h.mirror();
  expect(await listCheckpoints(h.git, { dir })).toEqual([{ agentId: 'sound', commit: sound.commit }]);
  await h.git.ok(['fsck', '--full', '--strict'], { gitDir: dir });
});

test('work that was collected already is found again though its objects went with the old mirror', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'made.txt': 'x\n', 'run.sh': null });
  const before = await collect(h.git, workspace);
  await markCorrupt(workspace.mirror);
  await h.mirror();
  await writeFiles(workspace.repo, { 'more.txt': 'x\n' });
  const after = await collect(h.git, workspace);
  expect(after.files.map(({ path }) => path)).toEqual([...before.files.map(({ path }) => path), 'more.txt'].toSorted());
});

test('a clone that was killed between taking the old mirror away and putting the new one there is done again', async () => {
  await using h = await makeHarness();
  const { workspace, commit } = await begin(h, 'agent');
  const { dir } = workspace.mirror;
  await markCorrupt(workspace.mirror);
  await rename(dir, `${dir}.old-1`);
  await mkdir(`${dir}.new-1`);
  await h.mirror();
  expect(await listCheckpoints(h.git, workspace.mirror)).toEqual([{ agentId: 'agent', commit }]);
  expect((await collect(h.git, workspace)).files.map(({ path }) => path)).toEqual(['agent.txt']);
  expect((await readdir(join(dir, '..'))).toSorted()).toEqual(['widgets.git', 'widgets.git.lock']);
});

test('a clone that was killed before it handed over the worktrees hands them over later', async () => {
  await using h = await makeHarness();
  const { workspace } = await begin(h, 'agent');
  const { dir } = workspace.mirror;
  await collect(h.git, workspace);
  await rename(dir, `${dir}.old-1`);
  const place = { dataDir: join(h.scratch.dir, 'other'), forge: 'github', repository: 'acme/widgets' };
  await rename((await ensureMirror(h.git, place, h.remote)).dir, dir);
  await h.mirror();
  expect(await branchHead(h.git, workspace.mirror, 'main')).toBe(h.base);
  expect((await collect(h.git, workspace)).files.map(({ path }) => path)).toEqual(['agent.txt']);
  expect((await readdir(join(dir, '..'))).toSorted()).toEqual(['widgets.git', 'widgets.git.lock']);
});
