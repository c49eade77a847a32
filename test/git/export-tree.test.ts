import { execFile } from 'node:child_process';
import { lstat, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exportTree } from '../../src/git/export-tree.ts';
import { HOME_FILES, makeHarness } from '../support/git/harness.ts';

const run = promisify(execFile);

test('a fresh check-out holds what the commit holds, and a repository of its own with that one commit', async () => {
  await using h = await makeHarness({ ...HOME_FILES, '.gitattributes': '* eol=crlf\n', link: { link: 'README.md' } });
  await h.origin.commit('main', { 'more.txt': 'one\n' });
  const commit = await h.origin.commit('main', { 'more.txt': 'two\n' });
  const mirror = await h.mirror();
  const folder = join(h.scratch.dir, 'judged');
  await mkdir(join(folder, 'left'), { recursive: true });
  await writeFile(join(folder, 'left', 'over.txt'), 'from before');
  await exportTree(h.git, mirror, { commit, folder });

  expect((await readdir(folder)).toSorted()).toEqual([
    '.git',
    '.gitattributes',
    '.gitignore',
    'README.md',
    'link',
    'more.txt',
    'run.sh',
    'src',
  ]);
  expect(await readFile(join(folder, 'more.txt'), 'utf8')).toBe('two\n');
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  const env = { PATH: process.env['PATH'], HOME: '/dev/null' };
  expect((await run('git', ['log', '--format=%H'], { cwd: folder, env })).stdout).toBe(`${commit}\n`);
  expect((await run('git', ['status', '--porcelain'], { cwd: folder, env })).stdout).toBe('');
  expect((await readdir(mirror.dir)).filter((name) => name.startsWith('index'))).toEqual([]);
});

test('a commit that is not there leaves no folder', async () => {
  await using h = await makeHarness();
  const folder = join(h.scratch.dir, 'judged');
  await expect(exportTree(h.git, await h.mirror(), { commit: '1'.repeat(40), folder })).rejects.toThrow(/git read-tree failed/);
  expect(await lstat(folder).catch(() => null)).toBeNull();
});
