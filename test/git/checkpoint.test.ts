import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, open, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { dropCheckpoint, listCheckpoints, saveCheckpoint, type Checkpoint } from '../../src/git/checkpoint.ts';
import { COLLECT_LIMITS } from '../../src/git/collect-limits.ts';
import { collect } from '../../src/git/collect.ts';
import { publish } from '../../src/git/publish.ts';
import { listFilesAt, readFileAt } from '../../src/git/read-commit.ts';
import { removeWorkspace, type Workspace } from '../../src/git/workspace.ts';
import { HOME_FILES, makeHarness, type Harness } from '../support/git/harness.ts';
import { writeFiles } from '../support/git/origin.ts';

const run = promisify(execFile);

async function save(h: Harness, workspace: Workspace, options?: Parameters<typeof saveCheckpoint>[3]): Promise<Checkpoint> {
  const saved = await saveCheckpoint(h.git, workspace, undefined, options);
  if (saved === null) throw new Error('there was nothing to save');
  return saved;
}

test('a checkpoint holds what was added, changed and removed, on the start point, and nothing that is ignored', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, {
    'made.txt': 'x\n',
    'run.sh': null,
    'README.md': 'new\n',
    'node_modules/x/index.js': 'x',
    'a.log': 'x',
  });
  const { commit } = await save(h, workspace);
  const { mirror } = workspace;
  expect(await listFilesAt(h.git, mirror, commit)).toEqual(['.gitignore', 'README.md', 'made.txt', 'src/sum.js']);
  expect(await readFileAt(h.git, mirror, commit, 'README.md')).toBe('new\n');
  expect(await h.git.text(['rev-parse', `${commit}^@`], { gitDir: mirror.dir })).toBe(h.base);
  expect(await listCheckpoints(h.git, mirror)).toEqual([{ agentId: 'agent-1', commit }]);
});

test('nothing is saved where nothing changed since the last one, and what was undone is a change', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  expect(await saveCheckpoint(h.git, workspace)).toBeNull();
  await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
  const first = await save(h, workspace);
  expect(await saveCheckpoint(h.git, workspace)).toBeNull();
  await rm(join(workspace.repo, 'made.txt'));
  const undone = await save(h, workspace);
  expect(undone.commit).not.toBe(first.commit);
  expect(await listFilesAt(h.git, workspace.mirror, undone.commit)).toEqual(await listFilesAt(h.git, workspace.mirror, h.base));
});

test('a caller that lost the last one says which it has, and gets the same one again', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
  const first = await save(h, workspace);
  expect(await save(h, workspace, { previous: null })).toEqual(first);
  expect(await saveCheckpoint(h.git, workspace, undefined, { previous: first.commit })).toBeNull();
});

test('the bundle is one that git takes: thin, on the start point', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await appendFile(join(workspace.repo, 'src/sum.js'), '// more\n');
  const { commit, bundle } = await save(h, workspace);
  const file = join(h.scratch.dir, 'checkpoint.bundle');
  await writeFile(file, bundle ?? '');
  await h.git.ok(['bundle', 'verify', '--quiet', file], { gitDir: h.origin.dir });
  await h.git.ok(['fetch', file, 'refs/signalbox/*:refs/signalbox/*'], { gitDir: h.origin.dir, remote: { url: file, authorization: '' } });
  expect(await h.git.text(['rev-parse', 'refs/signalbox/checkpoints/agent-1'], { gitDir: h.origin.dir })).toBe(commit);
  await h.git.ok(['fsck', '--full', '--strict'], { gitDir: h.origin.dir });
});

test('a change that is too large to be stored stays on this machine', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'noise.bin': randomBytes(5_000) });
  const { commit, bundle } = await save(h, workspace, { maxBundleBytes: 1_000 });
  expect(bundle).toBeNull();
  expect(await listCheckpoints(h.git, workspace.mirror)).toEqual([{ agentId: 'agent-1', commit }]);
});

test('what blocks a change is left out of a checkpoint, and the rest is in it', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'GIT~1': 'x', 'huge.bin': Buffer.alloc(2_000), 'nested/.git': 'gitdir: ../x', 'kept.txt': 'x\n' });
  await writeFile(Buffer.from(`${workspace.repo}/bad-\xff-name`, 'latin1'), 'x');
  const { commit } = await save(h, workspace, { limits: { ...COLLECT_LIMITS, maxFileBytes: 1_000 } });
  const files = await listFilesAt(h.git, workspace.mirror, commit);
  expect(files.filter((path) => !(path in HOME_FILES))).toEqual(['kept.txt']);
});

test('of a heap as much is kept as there is room for, what git knew before first', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`a-heap/${index}.txt`, 'x\n'])));
  await writeFiles(workspace.repo, { 'src/sum.js': 'changed\n' });
  const { commit } = await save(h, workspace, { limits: { ...COLLECT_LIMITS, maxFiles: 4 } });
  expect(await readFileAt(h.git, workspace.mirror, commit, 'src/sum.js')).toBe('changed\n');
  const files = await listFilesAt(h.git, workspace.mirror, commit);
  expect(files.filter((path) => path.startsWith('a-heap/'))).toHaveLength(3);
});

test('pipes, links to the host and folders without permissions are no obstacle, and nothing outside is read', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const outside = join(h.scratch.dir, 'outside');
  await writeFiles(outside, { 'sum.js': 'private' });
  await rm(join(workspace.repo, 'src'), { recursive: true });
  await symlink(outside, join(workspace.repo, 'src'));
  await rm(join(workspace.repo, '.gitignore'));
  await run('mkfifo', [join(workspace.repo, '.gitignore')]);
  await writeFiles(workspace.repo, { 'locked/file.txt': 'x\n' });
  await chmod(join(workspace.repo, 'locked'), 0o000);
  const { commit } = await save(h, workspace);
  expect(await listFilesAt(h.git, workspace.mirror, commit)).toEqual(['README.md', 'locked/file.txt', 'run.sh', 'src']);
  expect(await h.git.text(['cat-file', 'blob', `${commit}:src`], { gitDir: workspace.mirror.dir })).toBe(outside);
});

test('a tree that was replaced by a link is refused', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await rm(workspace.repo, { recursive: true });
  await symlink('/etc', workspace.repo);
  await expect(saveCheckpoint(h.git, workspace)).rejects.toMatchObject({ code: 'git.tree-replaced' });
});

test('a file that is half-written is kept as it is, and whole the next time, also when neither its size nor its second changed', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const path = join(workspace.repo, 'README.md');
  const instant = new Date(1_700_000_000_000);
  await using file = await open(path, 'r+');
  await file.write('half', 0);
  await utimes(path, instant, instant);
  const half = await save(h, workspace);
  expect(await readFileAt(h.git, workspace.mirror, half.commit, 'README.md')).toBe('halfproject\n');
  await file.write('full', 0);
  await utimes(path, instant, instant);
  const full = await save(h, workspace);
  expect(await readFileAt(h.git, workspace.mirror, full.commit, 'README.md')).toBe('fullproject\n');
});

test('a process that was not frozen and writes all the while does not break it', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const script = 'echo begun; while :; do echo line >> grows.txt; echo x > "temp-$RANDOM"; rm -f temp-*; done';
  const writer = spawn('bash', ['-c', script], { cwd: workspace.repo, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(writer.stdout, 'data');
    const saved = await vi.waitFor(() => save(h, workspace), { timeout: 20_000 });
    expect(await readFileAt(h.git, workspace.mirror, saved.commit, 'grows.txt')).toMatch(/^(line\n)+/);
  } finally {
    writer.kill('SIGKILL');
    await once(writer, 'close');
  }
});

test('what is collected later is the same as without checkpoints, limits of the whole included', async () => {
  await using h = await makeHarness({ ...HOME_FILES, 'folder/file': 'text\n' });
  const workspace = await h.workspace();
  const plain = await h.workspace('plain');
  for (const step of [1, 2, 3]) {
    for (const { repo } of [workspace, plain]) {
      await writeFiles(repo, { [`new/${step}.txt`]: `${step}\n`, 'late.txt': 'x\n', [`README.md`]: `${step}\n` });
      if (step === 2) await rm(join(repo, 'folder'), { recursive: true });
      if (step === 3) await writeFiles(repo, { '.gitignore': 'node_modules/\n*.log\nlate.txt\n', folder: 'a file now\n' });
    }
    await save(h, workspace);
  }
  const limits = { ...COLLECT_LIMITS, maxFiles: 4 };
  expect(await collect(h.git, workspace, limits)).toEqual(await collect(h.git, plain, limits));
  expect((await collect(h.git, workspace, limits)).leftOut).toEqual([{ path: '', reason: 'change-too-large', blocks: true }]);
  const collected = await collect(h.git, workspace);
  expect(collected).toEqual(await collect(h.git, plain));
  expect(collected.files.map(({ path }) => path)).not.toContain('late.txt');
});

test('checkpoints go on after the work was collected', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'one.txt': 'x\n' });
  await collect(h.git, workspace);
  const first = await save(h, workspace);
  await writeFiles(workspace.repo, { 'two.txt': 'x\n' });
  const second = await save(h, workspace);
  expect(await listFilesAt(h.git, workspace.mirror, first.commit)).toContain('one.txt');
  expect(await listFilesAt(h.git, workspace.mirror, second.commit)).toEqual(expect.arrayContaining(['one.txt', 'two.txt']));
});

test('a checkpoint that was killed half-way leaves nothing that stops the next one, or the collecting', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
  await save(h, workspace);
  for (const name of ['index.checkpoint', 'index.checkpoint.lock', 'index.lock']) await writeFile(join(workspace.gitDir, name), 'half');
  await writeFile(join(workspace.mirror.dir, 'refs/signalbox/checkpoints/agent-1.lock'), '');
  await writeFiles(workspace.repo, { 'more.txt': 'x\n' });
  await save(h, workspace);
  expect((await collect(h.git, workspace)).files.map(({ path }) => path)).toEqual(['made.txt', 'more.txt']);
  expect((await readdir(workspace.gitDir)).filter((name) => name.startsWith('index'))).toEqual(['index']);
});

test('neither fetching nor pushing touches a checkpoint, and packing the mirror keeps it', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
  const { commit } = await save(h, workspace);
  await h.git.ok(['update-ref', 'refs/signalbox/checkpoints/agent-1', h.base], { gitDir: h.origin.dir });
  await h.mirror();
  await h.git.ok(['gc', '--quiet', '--prune=now'], { gitDir: workspace.mirror.dir });
  await publish(h.git, workspace.mirror, { commit, branch: 'agent/7', expected: null }, h.remote);
  expect(await listCheckpoints(h.git, workspace.mirror)).toEqual([{ agentId: 'agent-1', commit }]);
  expect(await h.git.text(['for-each-ref', '--format=%(refname) %(objectname)', 'refs/signalbox'], { gitDir: h.origin.dir })).toBe(
    `refs/signalbox/checkpoints/agent-1 ${h.base}`,
  );
});

test('dropping takes one agent’s checkpoint, twice as well as once, also from a mirror that is damaged or not there', async () => {
  await using h = await makeHarness();
  const [one, two] = [await h.workspace('one'), await h.workspace('two')];
  for (const workspace of [one, two]) {
    await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
    await save(h, workspace);
  }
  await dropCheckpoint(h.git, one.mirror, 'one');
  await dropCheckpoint(h.git, one.mirror, 'one');
  expect((await listCheckpoints(h.git, one.mirror)).map(({ agentId }) => agentId)).toEqual(['two']);
  await truncate(join(two.mirror.dir, 'HEAD'));
  await dropCheckpoint(h.git, two.mirror, 'two');
  await dropCheckpoint(h.git, { dir: join(h.scratch.dir, 'nowhere.git') }, 'one');
  expect(await readdir(h.scratch.dir)).not.toContain('nowhere.git');
});

test('a checkpoint of a workspace that is removed meanwhile is an error, and makes nothing anew', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await removeWorkspace(h.dataDir, 'agent-1');
  await expect(saveCheckpoint(h.git, workspace)).rejects.toMatchObject({ code: 'git.tree-replaced' });
  await mkdir(workspace.repo, { recursive: true });
  await expect(saveCheckpoint(h.git, workspace)).rejects.toMatchObject({ code: 'git.mirror-corrupt' });
  expect(await listCheckpoints(h.git, workspace.mirror)).toEqual([]);
});

test('a signal that is aborted ends it with its reason', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await expect(saveCheckpoint(h.git, workspace, AbortSignal.abort(new Error('killed')))).rejects.toThrow('killed');
});
