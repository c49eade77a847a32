import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { collect } from '../../src/git/collect.ts';
import { COLLECT_LIMITS } from '../../src/git/collect-limits.ts';
import { readFileAt } from '../../src/git/read-commit.ts';
import { createWorkspace } from '../../src/git/workspace.ts';
import { HOME_FILES, makeHarness } from '../support/git/harness.ts';
import { writeFiles } from '../support/git/origin.ts';

const run = promisify(execFile);

test('no change is no change, also when files were written anew', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await rm(join(workspace.repo, 'README.md'));
  await writeFile(join(workspace.repo, 'README.md'), '# A project\n');
  expect(await collect(h.git, workspace)).toMatchObject({
    treeChanged: false,
    files: [],
    leftOut: [],
    diff: { text: '', truncated: false },
  });
});

test('every kind of change is read: added, changed, removed, made executable, turned into a link, a folder, a binary', async () => {
  await using h = await makeHarness({ ...HOME_FILES, 'turns-link': 'text\n', 'turns-folder': 'text\n', 'folder/turns-file': 'text\n' });
  const workspace = await h.workspace();
  await rm(join(workspace.repo, 'folder'), { recursive: true });
  await rm(join(workspace.repo, 'turns-folder'));
  await rm(join(workspace.repo, 'turns-link'));
  await writeFiles(workspace.repo, {
    'new/deep/file.txt': 'one\ntwo\n',
    'binary.bin': Buffer.from([0, 1, 2]),
    'turns-link': { link: 'README.md' },
    'turns-folder/file': 'now a folder\n',
    folder: 'now a file\n',
    'README.md': null,
  });
  await appendFile(join(workspace.repo, 'src/sum.js'), '// more\n');
  await chmod(join(workspace.repo, 'src/sum.js'), 0o755);
  const { files, treeChanged } = await collect(h.git, workspace);
  expect(treeChanged).toBe(true);
  expect(
    files.map(({ path, status, mode, additions, deletions, linkTarget }) => [path, status, mode, additions, deletions, linkTarget]),
  ).toEqual([
    ['README.md', 'deleted', null, 0, 1, null],
    ['binary.bin', 'added', '100644', null, null, null],
    ['folder', 'added', '100644', 1, 0, null],
    ['folder/turns-file', 'deleted', null, 0, 1, null],
    ['new/deep/file.txt', 'added', '100644', 2, 0, null],
    ['src/sum.js', 'modified', '100755', 1, 0, null],
    ['turns-folder', 'deleted', null, 0, 1, null],
    ['turns-folder/file', 'added', '100644', 1, 0, null],
    ['turns-link', 'type-changed', '120000', 1, 1, 'README.md'],
  ]);
});

test('what is ignored is not published, and what the agent committed or staged does not matter', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'node_modules/x/index.js': 'x', 'debug.log': 'x', 'kept.txt': 'x\n', 'undone.txt': 'x\n' });
  const env = { PATH: process.env['PATH'], HOME: workspace.home };
  await run('git', ['add', '-A', '--force'], { cwd: workspace.repo, env });
  await run('git', ['commit', '-qm', 'all'], { cwd: workspace.repo, env });
  await rm(join(workspace.repo, 'undone.txt'));
  expect((await collect(h.git, workspace)).files.map(({ path }) => path)).toEqual(['kept.txt']);
});

test('it may be asked again after more work, and undone work is gone', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  expect((await collect(h.git, workspace)).files.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
  await writeFiles(workspace.repo, { 'a.txt': null, 'b.txt': 'more\n' });
  const { files, tree } = await collect(h.git, workspace);
  expect(files.map(({ path }) => path)).toEqual(['b.txt']);
  expect(await readFileAt(h.git, workspace.mirror, tree, 'b.txt')).toBe('more\n');
});

test('bytes are published as they are, whatever the attributes in the tree ask for', async () => {
  await using h = await makeHarness({ ...HOME_FILES, '.gitattributes': '* text=auto eol=crlf ident\n' });
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'dos.txt': 'one\r\ntwo\r\n$Id$\r\n' });
  const { tree } = await collect(h.git, workspace);
  expect(await readFileAt(h.git, workspace.mirror, tree, 'dos.txt')).toBe('one\r\ntwo\r\n$Id$\r\n');
});

test('an agent cannot hide a change from the diff by calling it binary', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { '.gitattributes': '*.js -diff binary\n' });
  await appendFile(join(workspace.repo, 'src/sum.js'), 'hidden();\n');
  const { files, diff } = await collect(h.git, workspace);
  expect(files.find(({ path }) => path === 'src/sum.js')).toMatchObject({ additions: 1, deletions: 0 });
  expect(diff.text).toContain('+hidden();');
});

test('the diff is cut at the end of a line', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'long.txt': 'a line\n'.repeat(1_000) });
  const { diff } = await collect(h.git, workspace, { ...COLLECT_LIMITS, maxDiffBytes: 1_000 });
  expect(diff.truncated).toBe(true);
  expect(diff.text.length).toBeLessThanOrEqual(1_000);
  expect(diff.text.endsWith('\n')).toBe(true);
});

test('what passes a limit is left out and blocks', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'huge.bin': Buffer.alloc(2_000), 'small.txt': 'x\n' });
  const one = await collect(h.git, workspace, { ...COLLECT_LIMITS, maxFileBytes: 1_000 });
  expect(one.leftOut).toEqual([{ path: 'huge.bin', reason: 'file-too-large', blocks: true }]);
  expect(one.files.map(({ path }) => path)).toEqual(['small.txt']);
  for (const limits of [{ maxFiles: 1 }, { maxTotalBytes: 1_500 }]) {
    const other = await h.workspace('other');
    await writeFiles(other.repo, { 'huge.bin': Buffer.alloc(2_000), 'small.txt': 'x\n' });
    const all = await collect(h.git, other, { ...COLLECT_LIMITS, ...limits });
    expect(all).toMatchObject({ treeChanged: true, files: [], leftOut: [{ reason: 'change-too-large', blocks: true }] });
  }
});

test('a submodule of the base stays as it is, and is no place to hide files in', async () => {
  await using h = await makeHarness();
  const pinned = '1'.repeat(40);
  const call = { gitDir: h.origin.dir, indexFile: join(h.scratch.dir, 'index') };
  await h.git.ok(['read-tree', h.base], call);
  await h.git.ok(['update-index', '--add', '--cacheinfo', `160000,${pinned},vendor/lib`], call);
  const tree = await h.git.text(['write-tree'], call);
  const person = { GIT_AUTHOR_NAME: 'p', GIT_AUTHOR_EMAIL: 'p@x', GIT_COMMITTER_NAME: 'p', GIT_COMMITTER_EMAIL: 'p@x' };
  const commit = await h.git.text(['commit-tree', tree, '-p', h.base, '-m', 'pin'], { ...call, env: person });
  await h.git.ok(['update-ref', 'refs/heads/main', commit], call);
  const workspace = await createWorkspace(h.git, {
    dataDir: h.dataDir,
    mirror: await h.mirror(),
    agentId: 'a',
    branch: 'b',
    startPoint: commit,
  });

  await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
  const kept = await collect(h.git, workspace);
  expect(kept).toMatchObject({ leftOut: [], files: [{ path: 'made.txt' }] });
  expect(await h.git.text(['ls-tree', kept.tree, 'vendor/lib'], { gitDir: workspace.mirror.dir })).toContain(pinned);

  await writeFiles(workspace.repo, { 'vendor/lib/file.txt': 'x\n' });
  expect((await collect(h.git, workspace)).leftOut).toEqual([{ path: 'vendor/lib', reason: 'submodule-replaced', blocks: true }]);
});

test('a link in place of a folder is one link, and nothing behind it is read', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const outside = join(h.scratch.dir, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'sum.js'), 'private');
  await rm(join(workspace.repo, 'src'), { recursive: true });
  await symlink(outside, join(workspace.repo, 'src'));
  const { files, diff } = await collect(h.git, workspace);
  expect(files.map(({ path, status, linkTarget }) => [path, status, linkTarget])).toEqual([
    ['src', 'added', outside],
    ['src/sum.js', 'deleted', null],
  ]);
  expect(diff.text).not.toContain('private');
});

test('a signal that is aborted ends it with its reason', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await expect(collect(h.git, workspace, COLLECT_LIMITS, AbortSignal.abort(new Error('killed')))).rejects.toThrow('killed');
});
