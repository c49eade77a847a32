import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createWorkspace, listWorkspaces, openWorkspace, removeWorkspace } from '../../src/git/workspace.ts';
import { HOME_FILES, makeHarness } from '../support/git/harness.ts';
import { makeTooDeep } from '../support/git/too-deep.ts';

const run = promisify(execFile);

/** git as the agent has it: whatever its own repository says. */
async function asAgent(repo: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: join(repo, '..', 'home'), GIT_CONFIG_NOSYSTEM: '1' };
  return (await run('git', args, { cwd: repo, env })).stdout;
}

test('the agent finds the files, and a repository of its own in which log, diff and commit work', async () => {
  await using h = await makeHarness();
  const { repo, branch } = await h.workspace();
  expect((await readdir(repo)).sort()).toEqual(['.git', '.gitignore', 'README.md', 'run.sh', 'src']);
  expect((await lstat(join(repo, 'run.sh'))).mode & 0o111).toBe(0o111);
  expect(await asAgent(repo, 'status', '--porcelain')).toBe('');
  expect(await asAgent(repo, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe(`${branch}\n`);
  await writeFile(join(repo, 'README.md'), 'new\n');
  await asAgent(repo, 'commit', '-qam', 'work');
  expect(await asAgent(repo, 'log', '--format=%s')).toBe('work\na change\n');
  await asAgent(repo, 'fsck', '--strict');
});

test('the agent’s repository knows no remote, no path of this machine and no hook', async () => {
  await using h = await makeHarness();
  const { repo } = await h.workspace();
  expect(await asAgent(repo, 'remote')).toBe('');
  const files = (await readdir(join(repo, '.git'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const file of files) expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain(h.scratch.dir);
  expect(files.filter((file) => file.parentPath.includes('hooks'))).toEqual([]);
});

test('only so much history goes along as was asked for', async () => {
  await using h = await makeHarness();
  for (let index = 0; index < 5; index += 1) await h.origin.commit('main', { 'count.txt': `${index}` });
  const startPoint = (await h.origin.head('main')) ?? '';
  const workspace = await createWorkspace(h.git, {
    dataDir: h.dataDir,
    mirror: await h.mirror(),
    agentId: 'a',
    branch: 'b',
    startPoint,
    depth: 3,
  });
  expect(await asAgent(workspace.repo, 'rev-list', '--count', 'HEAD')).toBe('3\n');
});

test('two agents work side by side on the same start', async () => {
  await using h = await makeHarness();
  const [one, two] = await Promise.all([h.workspace('one'), h.workspace('two')]);
  await writeFile(join(one.repo, 'README.md'), 'one');
  expect(await readFile(join(two.repo, 'README.md'), 'utf8')).toBe(HOME_FILES['README.md']);
  expect((await listWorkspaces(h.dataDir)).toSorted()).toEqual(['one', 'two']);
});

test('git’s own clean-up of worktrees leaves it alone', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await h.git.ok(['worktree', 'prune', '--expire=now'], { gitDir: workspace.mirror.dir });
  expect(await openWorkspace(h.dataDir, 'agent-1')).toMatchObject({ repo: workspace.repo, startPoint: h.base });
});

test('after a crash it is found again, and made anew when it is asked for anew', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFile(join(workspace.repo, 'left.txt'), 'left');
  expect(await openWorkspace(h.dataDir, 'agent-1')).toMatchObject({ ...workspace, [Symbol.asyncDispose]: expect.any(Function) });
  expect(await openWorkspace(h.dataDir, 'agent-2')).toBeNull();
  const again = await h.workspace();
  expect(await readdir(again.repo)).not.toContain('left.txt');
});

test('disposing removes folder, tree and metadata, twice as well as once', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await workspace[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
  expect(await listWorkspaces(h.dataDir)).toEqual([]);
  expect(await h.git.text(['worktree', 'list'], { gitDir: workspace.mirror.dir })).not.toContain('agent-1');
  await removeWorkspace(h.dataDir, 'never-was');
});

test('what an agent made hard to remove is removed: no permissions, strange names, paths too long to be named', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await mkdir(join(workspace.repo, 'locked', 'inner'), { recursive: true });
  await writeFile(join(workspace.repo, 'locked', 'file'), 'x', { mode: 0o000 });
  await chmod(join(workspace.repo, 'locked', 'inner'), 0o000);
  await chmod(join(workspace.repo, 'locked'), 0o000);
  await writeFile(join(workspace.box, '-rf\n*'), 'x');
  await makeTooDeep(workspace.home);
  await workspace[Symbol.asyncDispose]();
  expect(await listWorkspaces(h.dataDir)).toEqual([]);
});

test('links in the box are removed, and what they point to stays', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const precious = join(h.scratch.dir, 'precious');
  await mkdir(precious);
  await writeFile(join(precious, 'file'), 'kept');
  await rename(workspace.repo, join(workspace.box, 'gone'));
  await symlink(precious, workspace.repo);
  await symlink(precious, join(workspace.home, 'link'));
  await workspace[Symbol.asyncDispose]();
  expect(await readFile(join(precious, 'file'), 'utf8')).toBe('kept');
});

test('a start point that the mirror does not have leaves nothing behind', async () => {
  await using h = await makeHarness();
  const wish = { dataDir: h.dataDir, mirror: await h.mirror(), agentId: 'a', branch: 'b', startPoint: '1'.repeat(40) };
  await expect(createWorkspace(h.git, wish)).rejects.toThrow(/git worktree failed/);
  expect(await listWorkspaces(h.dataDir)).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)('everything in the box belongs to the sandbox’s user, and nothing outside it', async () => {
  await using h = await makeHarness({ ...HOME_FILES, link: { link: '/etc/hostname' } });
  const before = await lstat('/etc/hostname');
  const wish = {
    dataDir: h.dataDir,
    mirror: await h.mirror(),
    agentId: 'a',
    branch: 'b',
    startPoint: h.base,
    owner: { uid: 12_345, gid: 54_321 },
  };
  const workspace = await createWorkspace(h.git, wish);
  const entries = await readdir(workspace.box, { recursive: true });
  for (const entry of ['', ...entries]) expect(await lstat(join(workspace.box, entry))).toMatchObject({ uid: 12_345, gid: 54_321 });
  expect((await lstat(join(workspace.box, '..'))).uid).toBe(0);
  expect((await lstat('/etc/hostname')).uid).toBe(before.uid);
});

test('filters, hooks and submodules of the repository itself do nothing at check-out', async () => {
  await using h = await makeHarness({
    ...HOME_FILES,
    '.gitattributes': '*.txt filter=lfs eol=crlf\n*.md ident working-tree-encoding=UTF-16\n',
    '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ../x\n\tupdate = !touch /tmp/never\n',
    'big.txt': 'version https://git-lfs.github.com/spec/v1\n$Id$\n',
  });
  const { repo } = await h.workspace();
  expect(await readFile(join(repo, 'big.txt'), 'utf8')).toBe('version https://git-lfs.github.com/spec/v1\n$Id$\n');
  expect(await readFile(join(repo, 'README.md'), 'utf8')).toBe(HOME_FILES['README.md']);
});

test.each(['../x', 'a/b', '', '.', '-x'])('the agent id %j is refused', async (agentId) => {
  await using h = await makeHarness();
  await expect(h.workspace(agentId)).rejects.toMatchObject({ code: 'git.name-unusable' });
});
