import { access, appendFile, lstat, mkdir, readFile, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bareCommit } from '../../src/git/bare-commit.ts';
import { makeBundle } from '../../src/git/bundle.ts';
import { checkpointRef } from '../../src/git/checkpoint-refs.ts';
import { dropCheckpoint, listCheckpoints, saveCheckpoint, type Checkpoint } from '../../src/git/checkpoint.ts';
import { collect } from '../../src/git/collect.ts';
import { ensureMirror, markCorrupt } from '../../src/git/mirror.ts';
import { restoreWorkspace, type RestoreWish } from '../../src/git/restore.ts';
import { openWorkspace, removeWorkspace, type Workspace } from '../../src/git/workspace.ts';
import { HOME_FILES, makeHarness, type Harness } from '../support/git/harness.ts';
import { writeFiles, type Content } from '../support/git/origin.ts';

/** The same agent's wish on the machine whose DATA_DIR is `host` in the scratch folder. */
async function wishOn(h: Harness, host: string, checkpoint: Checkpoint | null): Promise<RestoreWish> {
  const dataDir = join(h.scratch.dir, host);
  const mirror = await ensureMirror(h.git, { dataDir, forge: 'github', repository: 'acme/widgets' }, h.remote, { commits: [h.base] });
  return { dataDir, mirror, agentId: 'agent-1', branch: 'agent/7-fix-the-sum', startPoint: h.base, checkpoint };
}

async function work(h: Harness, workspace: Workspace, files: Readonly<Record<string, Content>>): Promise<Checkpoint> {
  await writeFiles(workspace.repo, files);
  const saved = await saveCheckpoint(h.git, workspace);
  if (saved === null) throw new Error('there was nothing to save');
  return saved;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const CHANGE: Readonly<Record<string, Content>> = {
  'made.txt': 'x\n',
  'run.sh': null,
  'README.md': 'new\n',
  tool: { run: '#!/bin/sh\n' },
  link: { link: 'made.txt' },
};
const PATHS = ['README.md', 'link', 'made.txt', 'run.sh', 'tool'];

test('without a checkpoint or a workspace the work begins at the start point', async () => {
  await using h = await makeHarness();
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'data', null));
  expect(restored.from).toBe('start');
  expect(await readFile(join(restored.repo, 'README.md'), 'utf8')).toBe(HOME_FILES['README.md']);
  expect(await openWorkspace(h.dataDir, 'agent-1')).not.toBeNull();
});

test('on the machine that has it the workspace is taken as it is, with what is newer than the checkpoint and what is ignored', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const checkpoint = await work(h, workspace, CHANGE);
  await writeFiles(workspace.repo, { 'newer.txt': 'x\n', 'node_modules/x.js': 'x' });
  await writeFiles(workspace.home, { '.cache': 'x' });
  for (const name of ['index.lock', 'HEAD.lock']) await writeFile(join(workspace.gitDir, name), '');
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'data', checkpoint));
  expect(restored).toMatchObject({ from: 'here', repo: workspace.repo, startPoint: h.base });
  expect(await readdir(restored.repo)).toEqual(expect.arrayContaining(['newer.txt', 'node_modules']));
  expect((await collect(h.git, restored)).files.map(({ path }) => path)).toEqual([...PATHS, 'newer.txt'].toSorted());
});

test('on another machine it is made anew from the bundle, and what is collected there is the same', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const checkpoint = await work(h, workspace, { ...CHANGE, 'node_modules/x.js': 'x' });
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'other', checkpoint));
  expect(restored.from).toBe('checkpoint');
  expect((await readdir(restored.repo)).toSorted()).toEqual(['.git', '.gitignore', 'README.md', 'link', 'made.txt', 'src', 'tool']);
  expect((await lstat(join(restored.repo, 'tool'))).mode & 0o111).toBe(0o111);
  expect(await collect(h.git, restored)).toEqual(await collect(h.git, workspace));
  expect(await listCheckpoints(h.git, restored.mirror)).toEqual([{ agentId: 'agent-1', commit: checkpoint.commit }]);
});

test('a restored workspace goes on: nothing is saved until something changes, and the next takeover goes on from there', async () => {
  await using h = await makeHarness();
  const first = await work(h, await h.workspace(), CHANGE);
  const other = await restoreWorkspace(h.git, await wishOn(h, 'other', first));
  expect(await saveCheckpoint(h.git, other)).toBeNull();
  const second = await work(h, other, { 'second.txt': 'x\n' });
  const third = await restoreWorkspace(h.git, await wishOn(h, 'third', second));
  expect(await readdir(third.repo)).toEqual(expect.arrayContaining(['made.txt', 'second.txt']));
});

test('a workspace that was left behind while the agent went on elsewhere is not taken', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const first = await work(h, workspace, { 'first.txt': 'x\n' });
  const other = await restoreWorkspace(h.git, await wishOn(h, 'other', first));
  await writeFiles(workspace.repo, { 'of-a-worker-that-lost-it.txt': 'x\n' });
  const second = await work(h, other, { 'second.txt': 'x\n' });
  const back = await restoreWorkspace(h.git, await wishOn(h, 'data', second));
  expect(back.from).toBe('checkpoint');
  expect((await collect(h.git, back)).files.map(({ path }) => path)).toEqual(['first.txt', 'second.txt']);
});

test('a checkpoint of this machine that came too late for the store is the one to go on from', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const stored = await work(h, workspace, { 'first.txt': 'x\n' });
  const newer = await work(h, workspace, { 'second.txt': 'x\n' });
  await truncate(join(workspace.gitDir, 'index'));
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'data', stored));
  expect(restored.from).toBe('checkpoint');
  expect(await readdir(restored.repo)).toContain('second.txt');
  expect(await listCheckpoints(h.git, restored.mirror)).toEqual([{ agentId: 'agent-1', commit: newer.commit }]);
});

test.each<[string, (workspace: Workspace) => Promise<unknown>]>([
  ['an index that is cut off', ({ gitDir }) => truncate(join(gitDir, 'index'), 20)],
  ['a HEAD that is empty', ({ gitDir }) => truncate(join(gitDir, 'HEAD'))],
  ['no metadata', ({ gitDir }) => rm(gitDir, { recursive: true })],
  ['no note', ({ box }) => rm(join(box, '..', 'workspace.json'))],
  ['no end of its making', ({ box }) => rm(join(box, '..', 'whole'))],
  [
    'a link in place of the tree',
    async ({ repo }) => {
      await rm(repo, { recursive: true });
      await symlink('/etc', repo);
    },
  ],
])('a workspace with %s is made anew from the mirror’s checkpoint', async (_name, damage) => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const checkpoint = await work(h, workspace, CHANGE);
  await damage(workspace);
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'data', { ...checkpoint, bundle: null }));
  expect(restored.from).toBe('checkpoint');
  expect((await collect(h.git, restored)).files.map(({ path }) => path)).toEqual(PATHS);
});

test('a restoring that was interrupted is done again', async () => {
  await using h = await makeHarness();
  const checkpoint = await work(h, await h.workspace(), CHANGE);
  const wish = await wishOn(h, 'other', checkpoint);
  const interrupted = await restoreWorkspace(h.git, wish);
  await rm(join(interrupted.box, '..', 'whole'));
  await rm(join(interrupted.repo, 'made.txt'));
  const again = await restoreWorkspace(h.git, wish);
  expect(again.from).toBe('checkpoint');
  expect(await readdir(again.repo)).toContain('made.txt');
});

test('the start point is fetched though no branch leads to it any more', async () => {
  await using h = await makeHarness();
  await h.git.ok(['config', '--local', 'uploadpack.allowAnySHA1InWant', 'true'], { gitDir: h.origin.dir });
  const checkpoint = await work(h, await h.workspace(), CHANGE);
  await h.git.ok(['update-ref', '-d', 'refs/heads/main'], { gitDir: h.origin.dir });
  await h.origin.commit('main', { 'other.txt': 'unrelated' });
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'other', checkpoint));
  expect((await collect(h.git, restored)).files.map(({ path }) => path)).toEqual(PATHS);
});

test('a start point that the forge does not have any more is said so', async () => {
  await using h = await makeHarness();
  const gone = { ...h, base: '1'.repeat(40) };
  await expect(wishOn(gone, 'other', null)).rejects.toMatchObject({ code: 'git.commit-gone', retryable: false });
});

test('after the mirror was cloned anew the checkpoint is there still', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const checkpoint = await work(h, workspace, CHANGE);
  await markCorrupt(workspace.mirror);
  await removeWorkspace(h.dataDir, 'agent-1');
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'data', { ...checkpoint, bundle: null }));
  expect(restored.from).toBe('checkpoint');
  expect(await collect(h.git, restored)).toMatchObject({ treeChanged: true, files: PATHS.map((path) => ({ path })) });
});

test('when the mirror lost the objects of the checkpoint, the bundle serves', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const checkpoint = await work(h, workspace, CHANGE);
  const blob = await h.git.text(['rev-parse', `${checkpoint.commit}:made.txt`], { gitDir: workspace.mirror.dir });
  const loose = join(workspace.mirror.dir, 'objects', blob.slice(0, 2), blob.slice(2));
  await rm(loose);
  // As after a power cut.
  await writeFile(loose, '');
  await removeWorkspace(h.dataDir, 'agent-1');
  const first = restoreWorkspace(h.git, await wishOn(h, 'data', checkpoint));
  await expect(first).rejects.toMatchObject({ code: 'git.mirror-corrupt', retryable: true });
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'data', checkpoint));
  expect((await collect(h.git, restored)).files.map(({ path }) => path)).toEqual(PATHS);
});

test('a checkpoint that is nowhere is an error, and asked without one the work begins at the start point', async () => {
  await using h = await makeHarness();
  const checkpoint = await work(h, await h.workspace(), CHANGE);
  const lost = restoreWorkspace(h.git, await wishOn(h, 'other', { ...checkpoint, bundle: null }));
  await expect(lost).rejects.toMatchObject({ code: 'git.checkpoint-unusable' });
  expect((await restoreWorkspace(h.git, await wishOn(h, 'other', null))).from).toBe('start');
});

test.skipIf(process.getuid?.() !== 0)('everything restored belongs to the sandbox’s user, also when that is another one now', async () => {
  await using h = await makeHarness();
  const checkpoint = await work(h, await h.workspace(), CHANGE);
  const wish = await wishOn(h, 'other', checkpoint);
  for (const uid of [12_345, 12_346]) {
    const { box, from } = await restoreWorkspace(h.git, { ...wish, owner: { uid, gid: 1 } });
    expect(from).toBe(uid === 12_345 ? 'checkpoint' : 'here');
    for (const entry of ['', ...(await readdir(box, { recursive: true }))])
      expect(await lstat(join(box, entry))).toMatchObject({ uid, gid: 1 });
  }
});

test.each<[string, (bundle: Buffer, checkpoint: Checkpoint) => Buffer]>([
  ['is empty', () => Buffer.alloc(0)],
  ['is not a bundle', () => Buffer.from('PACK nonsense')],
  ['is cut off', (bundle) => bundle.subarray(0, bundle.length - 30)],
  ['has a byte changed', (bundle) => bundle.map((byte, index) => (index === bundle.length - 40 ? byte ^ 1 : byte)) as Buffer],
  ['names another start point', (bundle) => Buffer.from(bundle.toString('latin1').replace(/^-\w{10}/m, '-1111111111'), 'latin1')],
  [
    'names another commit',
    (bundle, { commit }) => Buffer.from(bundle.toString('latin1').replace(`\n${commit}`, `\n${'1'.repeat(40)}`), 'latin1'),
  ],
])('a bundle that %s is refused, and nothing is left of it', async (_name, spoil) => {
  await using h = await makeHarness();
  const checkpoint = await work(h, await h.workspace(), CHANGE);
  const wish = await wishOn(h, 'other', checkpoint);
  const bundle = spoil(checkpoint.bundle ?? Buffer.alloc(0), checkpoint);
  await expect(restoreWorkspace(h.git, { ...wish, checkpoint: { ...checkpoint, bundle } })).rejects.toMatchObject({
    code: 'git.checkpoint-unusable',
  });
  await h.git.ok(['fsck', '--full', '--strict'], { gitDir: wish.mirror.dir });
  expect(await listCheckpoints(h.git, wish.mirror)).toEqual([]);
  expect((await restoreWorkspace(h.git, wish)).from).toBe('checkpoint');
});

/** A bundle made by somebody who can write what they like into the store. */
async function forge(h: Harness, tree: string, parent: string): Promise<Checkpoint> {
  const mirror = { dir: h.origin.dir };
  const commit = await bareCommit(h.git, mirror, tree, [parent], undefined);
  const wish = { commit, startPoint: h.base, ref: checkpointRef('agent-1'), maxBytes: 1_000_000 };
  return { commit, bundle: await makeBundle(h.git, mirror, wish) };
}

test.each<[string, (blob: string, link: string) => readonly [string, string, string][]]>([
  ['git’s own folder', (blob) => [['100644', '.git', blob]]],
  ['a name that is git’s own folder on another file system', (blob) => [['100644', 'GIT~1', blob]]],
  ['a way out of the tree', (blob) => [['100644', '../../escaped', blob]]],
  ['a name with a slash', (blob) => [['100644', 'src/../../../escaped', blob]]],
  [
    'two entries of one name, a link and a folder',
    (blob, link) => [
      ['120000', 'a', link],
      ['40000', 'a', blob],
    ],
  ],
])('a bundle whose tree has %s is refused, and nothing of it gets onto the disk', async (_name, entries) => {
  await using h = await makeHarness();
  const call = { gitDir: h.origin.dir };
  const blob = await h.git.text(['hash-object', '-w', '--stdin'], { ...call, input: '#!/bin/sh\n' });
  const link = await h.git.text(['hash-object', '-w', '--stdin'], { ...call, input: h.scratch.dir });
  const inner = await h.git.text(['hash-object', '-t', 'tree', '-w', '--stdin'], { ...call, input: '' });
  const input = Buffer.concat(
    entries(blob, link).map(([mode, name, id]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(mode === '40000' ? inner : id, 'hex')]),
    ),
  );
  const tree = await h.git.text(['hash-object', '-t', 'tree', '-w', '--stdin', '--literally'], { ...call, input });
  const wish = await wishOn(h, 'other', await forge(h, tree, h.base));
  await expect(restoreWorkspace(h.git, wish)).rejects.toMatchObject({ code: 'git.checkpoint-unusable' });
  expect(await openWorkspace(wish.dataDir, 'agent-1')).toBeNull();
  expect(await exists(join(h.scratch.dir, 'escaped'))).toBe(false);
});

test('a commit that is not one step on the start point is refused', async () => {
  await using h = await makeHarness();
  const call = { gitDir: h.origin.dir };
  const tree = await h.git.text(['rev-parse', `${h.base}^{tree}`], call);
  const between = await bareCommit(h.git, { dir: h.origin.dir }, tree, [h.base], undefined);
  const wish = await wishOn(h, 'other', await forge(h, tree, between));
  await expect(restoreWorkspace(h.git, wish)).rejects.toMatchObject({ code: 'git.checkpoint-unusable' });
});

test('submodule lists and attributes that git would refuse do not cost a takeover, and do nothing', async () => {
  const strange = {
    '.gitmodules': '[submodule "../x"]\n\tpath = -x\n\turl = ext::sh -c id\n\tupdate = !id\n',
    '.gitattributes': `* ${'a'.repeat(3_000)} filter=lfs eol=crlf\n`,
  };
  await using h = await makeHarness({ ...HOME_FILES, ...strange });
  const workspace = await h.workspace();
  const checkpoint = await work(h, workspace, {
    'made.txt': 'x\n',
    '.gitmodules': `${strange['.gitmodules']}\n`,
    '.gitattributes': '* text eol=crlf\n',
  });
  const restored = await restoreWorkspace(h.git, await wishOn(h, 'other', checkpoint));
  expect(await readFile(join(restored.repo, 'made.txt'), 'utf8')).toBe('x\n');
  expect(await collect(h.git, restored)).toEqual(await collect(h.git, workspace));
});

test('a submodule of the base is an empty folder again, and is in what is collected as it was', async () => {
  await using h = await makeHarness();
  const call = { gitDir: h.origin.dir, indexFile: join(h.scratch.dir, 'index') };
  await h.git.ok(['read-tree', h.base], call);
  await h.git.ok(['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/lib`], call);
  const base = await bareCommit(h.git, { dir: h.origin.dir }, await h.git.text(['write-tree'], call), [h.base], undefined);
  await h.git.ok(['update-ref', 'refs/heads/main', base], call);
  const pinned: Harness = { ...h, base };
  const begun = await restoreWorkspace(h.git, await wishOn(pinned, 'data', null));
  expect(await saveCheckpoint(h.git, begun)).toBeNull();
  const checkpoint = await work(pinned, begun, { 'made.txt': 'x\n' });
  const restored = await restoreWorkspace(h.git, await wishOn(pinned, 'other', checkpoint));
  expect(await readdir(join(restored.repo, 'vendor/lib'))).toEqual([]);
  expect(await collect(h.git, restored)).toMatchObject({ leftOut: [], files: [{ path: 'made.txt' }] });
});

test('what the agent planted in its own repository is gone with the workspace, and is not obeyed where it is taken as it is', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const checkpoint = await work(h, workspace, { 'made.txt': 'x\n' });
  const canary = join(h.scratch.dir, 'canary');
  await appendFile(join(workspace.repo, '.git', 'config'), `[core]\n\tfsmonitor = touch ${canary}\n`);
  expect((await restoreWorkspace(h.git, await wishOn(h, 'data', checkpoint))).from).toBe('here');
  await saveCheckpoint(h.git, workspace);
  expect(await exists(canary)).toBe(false);
  const other = await restoreWorkspace(h.git, await wishOn(h, 'other', checkpoint));
  expect(await readFile(join(other.repo, '.git', 'config'), 'utf8')).not.toContain('fsmonitor');
});

test('after it was dropped everywhere nothing of the agent is left in the mirror', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await work(h, workspace, CHANGE);
  await mkdir(join(workspace.box, 'extra'));
  await removeWorkspace(h.dataDir, 'agent-1');
  await dropCheckpoint(h.git, workspace.mirror, 'agent-1');
  const left = await readdir(workspace.mirror.dir, { recursive: true });
  expect(left.filter((path) => path.includes('agent-1'))).toEqual([]);
});
