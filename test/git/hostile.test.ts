import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { collect, type Collected } from '../../src/git/collect.ts';
import { commitTree } from '../../src/git/commit.ts';
import { exportTree } from '../../src/git/export-tree.ts';
import { checkPaths } from '../../src/git/path-rules.ts';
import { publish } from '../../src/git/publish.ts';
import { listFilesAt } from '../../src/git/read-commit.ts';
import { scanForSecrets } from '../../src/git/secret-scan.ts';
import { createWorkspace, type Workspace } from '../../src/git/workspace.ts';
import { makeHarness, type Harness } from '../support/git/harness.ts';
import { writeFiles } from '../support/git/origin.ts';
import { makeTooDeep } from '../support/git/too-deep.ts';

const run = promisify(execFile);

/** Every command here would leave the canary if the host ran it. */
function trap(h: Harness): { command: string; script: { run: string }; canary: string } {
  const canary = join(h.scratch.dir, 'canary');
  return { canary, command: `touch ${canary}`, script: { run: `#!/bin/sh\ntouch ${canary}\ncat\n` } };
}

function hostileConfig(command: string): string {
  return `[core]
\trepositoryformatversion = 0
\tfsmonitor = ${command}
\tpager = ${command}
\teditor = ${command}
\tsshCommand = ${command}
\tgitProxy = ${command}
\thooksPath = ../hooks
\talternateRefsCommand = ${command}
\tattributesFile = ../attributes
[diff]
\texternal = ${command}
[diff "evil"]
\ttextconv = ${command}
\tcommand = ${command}
[filter "evil"]
\tclean = ${command}
\tsmudge = ${command}
\tprocess = ${command}
\trequired = true
[merge "evil"]
\tdriver = ${command}
[credential]
\thelper = !${command}
[gpg]
\tprogram = ${command}
[commit]
\tgpgSign = true
[alias]
\tadd = !${command}
\tstatus = !${command}
[uploadpack]
\tpackObjectsHook = ${command}
[url "ext::sh -c '${command}'"]
\tinsteadOf = /
`;
}

const HOOKS = [
  'pre-commit',
  'post-checkout',
  'post-index-change',
  'pre-push',
  'reference-transaction',
  'post-commit',
  'fsmonitor-watchman',
  'pre-auto-gc',
  'push-to-checkout',
];

/** All that the host does with a tree: read, judge, scan, commit, push, check out for the gates, dispose. */
async function wholeWay(h: Harness, workspace: Workspace): Promise<Collected> {
  const result = await collect(h.git, workspace);
  const { mirror } = workspace;
  const words = {
    title: 'a title',
    summary: 'a summary',
    coAuthor: null,
    bot: { name: 'bot', email: 'bot@example.org' },
    date: new Date(0),
  };
  const commit = await commitTree(h.git, mirror, { ...words, tree: result.tree, parent: h.base });
  checkPaths(result.files, [], await listFilesAt(h.git, mirror, commit));
  await scanForSecrets(h.git, { mirror, from: h.base, to: commit, files: result.files, texts: {}, forbidden: [] });
  expect(await publish(h.git, mirror, { commit, branch: 'agent/7', expected: null }, h.remote)).toMatchObject({ state: 'pushed' });
  await exportTree(h.git, mirror, { commit, folder: join(h.scratch.dir, 'judged') });
  await workspace[Symbol.asyncDispose]();
  return result;
}

async function expectUnharmed(h: Harness, workspace: Workspace): Promise<void> {
  expect(existsSync(trap(h).canary)).toBe(false);
  await h.git.ok(['fsck', '--full', '--strict'], { gitDir: workspace.mirror.dir });
  expect(await readFile(join(workspace.mirror.dir, 'config'), 'utf8')).not.toMatch(/evil|touch/);
  expect(await h.origin.head('main')).toBe(h.base);
  await h.mirror();
}

test('hooks and configuration in the agent’s repository are never read', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const { command, script } = trap(h);
  for (const hook of HOOKS) await writeFiles(workspace.repo, { [`.git/hooks/${hook}`]: script, [`hooks/${hook}`]: script });
  await writeFiles(workspace.repo, {
    '.git/config': hostileConfig(command),
    '.git/info/attributes': '* filter=evil diff=evil merge=evil\n',
  });
  await writeFiles(workspace.repo, {
    '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    attributes: '* filter=evil\n',
    'README.md': 'changed\n',
  });
  await writeFiles(workspace.home, { '.gitconfig': hostileConfig(command), '.config/git/config': hostileConfig(command) });
  const { files } = await wholeWay(h, workspace);
  expect(files.map(({ path }) => path)).toContain('README.md');
  await expectUnharmed(h, workspace);
});

test('the trap itself works: git without the promises runs it', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const { command, canary } = trap(h);
  await writeFiles(workspace.repo, {
    '.git/config': hostileConfig(command),
    '.gitattributes': '* filter=evil\n',
    'README.md': 'changed\n',
  });
  await run('git', ['add', '-A'], { cwd: workspace.repo, env: { PATH: process.env['PATH'], HOME: workspace.home } }).catch(() => undefined);
  expect(existsSync(canary)).toBe(true);
});

test.each(['a file', 'a link', 'a link to a folder with traps', 'nothing', 'a pipe'])(
  '%s in place of .git changes nothing',
  async (what) => {
    await using h = await makeHarness();
    const workspace = await h.workspace();
    const git = join(workspace.repo, '.git');
    const { command, script } = trap(h);
    await rm(git, { recursive: true });
    if (what === 'a file') await writeFile(git, `gitdir: ${workspace.mirror.dir}\n`);
    if (what === 'a link') await symlink(workspace.mirror.dir, git);
    if (what === 'a pipe') await run('mkfifo', [git]);
    if (what === 'a link to a folder with traps') {
      await writeFiles(workspace.home, {
        'evil/config': hostileConfig(command),
        'evil/HEAD': 'ref: refs/heads/main\n',
        'evil/hooks/pre-commit': script,
      });
      await symlink('../home/evil', git);
    }
    await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
    const { files } = await wholeWay(h, workspace);
    expect(files.map(({ path }) => path)).toEqual(['made.txt']);
    await expectUnharmed(h, workspace);
  },
);

test('the tree replaced by a link to a folder of the host is refused, and nothing of that folder is read', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(join(h.scratch.dir, 'private'), { id_rsa: 'private' });
  for (const target of [join(h.scratch.dir, 'private'), workspace.mirror.dir, '/etc']) {
    await rename(workspace.repo, join(workspace.box, `moved-${target.length}`)).catch(() => undefined);
    await rm(workspace.repo, { force: true });
    await symlink(target, workspace.repo);
    await expect(collect(h.git, workspace)).rejects.toMatchObject({ code: 'git.tree-replaced' });
  }
  await rm(workspace.repo);
  await expect(collect(h.git, workspace)).rejects.toMatchObject({ code: 'git.tree-replaced' });
  await workspace[Symbol.asyncDispose]();
  expect(await readdir(join(h.scratch.dir, 'private'))).toEqual(['id_rsa']);
  await expectUnharmed(h, workspace);
});

test('a repository within the tree is left out, its traps are not sprung', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const { command, script } = trap(h);
  const env = {
    PATH: process.env['PATH'],
    HOME: workspace.home,
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@x',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@x',
  };
  for (const folder of ['nested', 'src/inner']) {
    const inner = join(workspace.repo, folder);
    await mkdir(inner, { recursive: true });
    await run('git', ['init', '-q'], { cwd: inner, env });
    await writeFiles(inner, { 'file.txt': 'x\n', '.gitattributes': '* filter=evil\n' });
    await run('git', ['commit', '-q', '--allow-empty', '-m', 'inner'], { cwd: inner, env });
    await writeFiles(inner, { '.git/config': hostileConfig(command), '.git/hooks/post-index-change': script });
  }
  // Not a repository at all, only its sign.
  await writeFiles(workspace.repo, { 'pointing/.git': `gitdir: ${workspace.mirror.dir}\n`, 'pointing/file.txt': 'x\n' });
  const { files, leftOut } = await wholeWay(h, workspace);
  expect(files).toEqual([]);
  expect(leftOut.map(({ path, reason, blocks }) => [path, reason, blocks])).toEqual([
    ['nested/', 'nested-repository', false],
    ['pointing/', 'nested-repository', false],
    ['src/inner/', 'nested-repository', false],
  ]);
  await expectUnharmed(h, workspace);
});

test('a repository planted where the base has a submodule is not entered', async () => {
  await using h = await makeHarness();
  const call = { gitDir: h.origin.dir, indexFile: join(h.scratch.dir, 'index') };
  await h.git.ok(['read-tree', h.base], call);
  await h.git.ok(['update-index', '--add', '--cacheinfo', `160000,${h.base},vendor`], call);
  const person = { GIT_AUTHOR_NAME: 'p', GIT_AUTHOR_EMAIL: 'p@x', GIT_COMMITTER_NAME: 'p', GIT_COMMITTER_EMAIL: 'p@x' };
  const commit = await h.git.text(['commit-tree', await h.git.text(['write-tree'], call), '-p', h.base, '-m', 'pin'], {
    ...call,
    env: person,
  });
  await h.git.ok(['update-ref', 'refs/heads/main', commit], call);
  const pinned: Harness = { ...h, base: commit };
  const workspace = await createWorkspace(h.git, {
    dataDir: h.dataDir,
    mirror: await h.mirror(),
    agentId: 'a',
    branch: 'b',
    startPoint: commit,
  });
  const vendor = join(workspace.repo, 'vendor');
  await run('git', ['clone', '-q', h.origin.dir, vendor]);
  const { command } = trap(h);
  await writeFiles(vendor, { '.git/config': hostileConfig(command), '.gitattributes': '* filter=evil\n', 'README.md': 'changed\n' });
  const { files, leftOut } = await wholeWay(pinned, workspace);
  expect([files, leftOut]).toEqual([[], [{ path: 'vendor/', reason: 'nested-repository', blocks: false }]]);
  await expectUnharmed(pinned, workspace);
});

test('pipes and sockets where git would read settings do not make the host wait', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  for (const name of ['.gitignore', '.gitattributes', '.gitmodules', 'src/.gitignore', 'src/.git', 'plain']) {
    await rm(join(workspace.repo, name), { force: true });
    await run('mkfifo', [join(workspace.repo, name)]);
  }
  const { files } = await wholeWay(h, workspace);
  expect(files.map(({ path, status }) => [path, status])).toEqual([['.gitignore', 'deleted']]);
  await expectUnharmed(h, workspace);
});

test('links out of the tree are published as links only if nobody looks: each is a violation, and none is followed', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, {
    passwd: { link: '/etc/passwd' },
    up: { link: '../../' },
    'src/up': { link: '../../x' },
    'src/config': { link: '../.git/config' },
    fine: { link: 'src/sum.js' },
    loop: { link: 'loop' },
  });
  const result = await collect(h.git, workspace);
  const violations = checkPaths(result.files, [], await listFilesAt(h.git, workspace.mirror, result.tree));
  expect(violations.map(({ path, rule }) => [path, rule])).toEqual([
    ['passwd', 'link-outside'],
    ['src/config', 'link-into-git'],
    ['src/up', 'link-outside'],
    ['up', 'link-outside'],
  ]);
  expect(result.diff.text).not.toContain('root:');
  await exportTree(h.git, workspace.mirror, { commit: h.base, folder: join(h.scratch.dir, 'judged') });
  await expectUnharmed(h, workspace);
});

test('names that git refuses block, names with line breaks are told apart, and neither ends the run', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, {
    '.GIT/config': 'x',
    'a/.g\u200cit/hooks/pre-commit': 'x',
    'GIT~1': 'x',
    'line\nbreak\t"quoted".txt': 'x\n',
    ' lead and trail ': 'x\n',
    '-rf': 'x\n',
    ':(top)x': 'x\n',
  });
  await writeFile(Buffer.from(`${workspace.repo}/bad-\xff-name`, 'latin1'), 'x');
  await mkdir(Buffer.from(`${workspace.repo}/bad-\xfe-folder`, 'latin1'));
  await writeFile(Buffer.from(`${workspace.repo}/bad-\xfe-folder/file`, 'latin1'), 'x');
  const result = await collect(h.git, workspace);
  expect(result.leftOut.map(({ reason }) => reason).toSorted()).toEqual([
    'name-git-like',
    'name-git-like',
    'name-git-like',
    'name-not-utf8',
    'name-not-utf8',
  ]);
  expect(result.leftOut.every(({ blocks }) => blocks)).toBe(true);
  expect(result.files.map(({ path, additions }) => [path, additions])).toEqual([
    [' lead and trail ', 1],
    ['-rf', 1],
    [':(top)x', 1],
    ['line\nbreak\t"quoted".txt', 1],
  ]);
  const violations = checkPaths(result.files, [], await listFilesAt(h.git, workspace.mirror, result.tree));
  expect(violations.map(({ rule }) => rule)).toEqual(['name-control-characters']);
  await expectUnharmed(h, workspace);
});

test('folders and files without permissions, and folders too deep to be named, are no obstacle', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'locked/inner/file.txt': 'x\n', 'node_modules/x': 'x' });
  await makeTooDeep(join(workspace.repo, 'node_modules'));
  await chmod(join(workspace.repo, 'locked/inner/file.txt'), 0o000);
  await chmod(join(workspace.repo, 'locked/inner'), 0o000);
  await chmod(join(workspace.repo, 'locked'), 0o000);
  const { files } = await wholeWay(h, workspace);
  expect(files.map(({ path }) => path)).toEqual(['locked/inner/file.txt']);
  expect(await lstat(workspace.box).catch(() => null)).toBeNull();
  await expectUnharmed(h, workspace);
});

test('settings, workflows and submodule lists in the tree are seen as what they are', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, {
    '.signalbox.yml': 'x: 1\n',
    '.github/workflows/ci.yml': 'x: 1\n',
    '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c id\n\tupdate = !id\n',
  });
  const { files, tree } = await collect(h.git, workspace);
  const violations = checkPaths(files, [], await listFilesAt(h.git, workspace.mirror, tree));
  expect(violations.map(({ path, rule }) => [path, rule])).toEqual([
    ['.github/workflows/ci.yml', 'protected'],
    ['.gitmodules', 'protected'],
    ['.signalbox.yml', 'protected'],
  ]);
});
