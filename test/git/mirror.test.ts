import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { branchHead, branchNames, ensureMirror, markCorrupt, mirrorDirectory } from '../../src/git/mirror.ts';
import { collect } from '../../src/git/collect.ts';
import { makeHarness } from '../support/git/harness.ts';

test('the first time clones, later times bring every branch up to date and drop those that are gone', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  expect(await branchHead(h.git, mirror, 'main')).toBe(h.base);

  const next = await h.origin.commit('main', { 'a.txt': 'a' });
  await h.origin.commit('topic/one', { 'b.txt': 'b' }, h.base);
  await h.mirror();
  expect(await branchHead(h.git, mirror, 'main')).toBe(next);
  expect(await branchNames(h.git, mirror)).toEqual(['main', 'topic/one']);

  await h.git.ok(['update-ref', '-d', 'refs/heads/topic/one'], { gitDir: h.origin.dir });
  await h.origin.commit('topic', { 'c.txt': 'c' }, h.base);
  await h.mirror();
  expect(await branchNames(h.git, mirror)).toEqual(['main', 'topic']);
});

test('a branch that was force-pushed is followed', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  await h.git.ok(['update-ref', '-d', 'refs/heads/main'], { gitDir: h.origin.dir });
  const other = await h.origin.commit('main', { 'other.txt': 'unrelated' });
  await h.mirror();
  expect(await branchHead(h.git, mirror, 'main')).toBe(other);
});

test('a branch that does not exist has no head, however it is spelled', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  for (const name of ['nope', '-h', 'main:README.md', 'main^{tree}', '../../HEAD', ''])
    expect(await branchHead(h.git, mirror, name)).toBeNull();
});

test('a fetch never moves what an agent made in the mirror', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  await h.git.ok(['update-ref', 'refs/heads/agent/7', h.base], { gitDir: mirror.dir });
  await h.origin.commit('agent/7', { 'x.txt': 'foreign' });
  await h.mirror();
  expect(await h.git.text(['rev-parse', 'refs/heads/agent/7'], { gitDir: mirror.dir })).toBe(h.base);
});

test('an address is one folder of its own, whatever is in it', () => {
  const at = (repository: string) => mirrorDirectory({ dataDir: '/data', forge: 'git', repository });
  const [app, inside, other] = [at('https://h/team/app'), at('https://h/team/app.git/objects'), at('https://h/team/app.git')];
  expect(new Set([app, inside, other]).size).toBe(3);
  for (const dir of [app, inside, other]) expect(dir).toMatch(/^\/data\/mirrors\/git\/at\/[0-9a-f]{64}\.git$/);
});

test('ten at once on a mirror that is not there yet make one mirror', async () => {
  await using h = await makeHarness();
  const mirrors = await Promise.all(Array.from({ length: 10 }, () => h.mirror()));
  expect(new Set(mirrors.map(({ dir }) => dir)).size).toBe(1);
  expect((await readdir(join(h.dataDir, 'mirrors', 'github', 'acme'))).sort()).toEqual(['widgets.git', 'widgets.git.lock']);
});

test('the remote’s address and credential are kept nowhere', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  const config = await readFile(join(mirror.dir, 'config'), 'utf8');
  expect(config).not.toMatch(/remote|url/);
  expect(await readdir(mirror.dir)).not.toContain('FETCH_HEAD');
});

test('progress is told in git’s words', async () => {
  await using h = await makeHarness();
  const seen: string[] = [];
  const place = { dataDir: h.dataDir, forge: 'github', repository: 'acme/widgets' };
  await ensureMirror(h.git, place, h.remote, { onProgress: ({ phase, percent }) => seen.push(`${phase} ${percent}`) });
  expect(seen).toContain('Counting objects 100');
});

test.each(['config', 'HEAD'])('a mirror whose %s is gone is cloned anew', async (name) => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  await rm(join(mirror.dir, name));
  await writeFile(join(mirror.dir, name), '\0\0\0');
  await h.mirror();
  expect(await branchHead(h.git, mirror, 'main')).toBe(h.base);
});

test('a mirror with a ref to nowhere, as after a power cut, is cloned anew', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  const pack = join(mirror.dir, 'objects');
  for (const name of await readdir(pack)) await rm(join(pack, name), { recursive: true });
  await h.origin.commit('main', { 'a.txt': 'a' });
  await h.mirror();
  expect(await h.git.text(['cat-file', '-t', 'refs/remotes/origin/main'], { gitDir: mirror.dir })).toBe('commit');
});

test('a mirror marked as damaged is cloned anew, and the work of a running agent lives on', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFile(join(workspace.repo, 'made.txt'), 'by the agent\n');
  await markCorrupt(workspace.mirror);
  await h.mirror();
  const result = await collect(h.git, workspace);
  expect(result.files.map(({ path }) => path)).toEqual(['made.txt']);
});

test('what a killed fetch leaves behind does not stop the next one', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  const long = new Date(Date.now() - 60_000);
  const leftovers = ['packed-refs.lock', 'refs/remotes/origin/main.lock', 'objects/pack/tmp_pack_abc'].map((name) =>
    join(mirror.dir, name),
  );
  for (const file of leftovers) {
    await writeFile(file, 'half');
    await utimes(file, long, long);
  }
  const next = await h.origin.commit('main', { 'a.txt': 'a' });
  await h.mirror();
  expect(await branchHead(h.git, mirror, 'main')).toBe(next);
  expect(await readdir(join(mirror.dir, 'objects', 'pack'))).not.toContain('tmp_pack_abc');
});

test('a remote that is not there is said so, and leaves nothing', async () => {
  await using h = await makeHarness();
  const place = { dataDir: h.dataDir, forge: 'github', repository: 'acme/gone' };
  await expect(ensureMirror(h.git, place, { url: join(h.scratch.dir, 'gone.git'), authorization: '' })).rejects.toMatchObject({
    code: 'git.not-found',
  });
  expect(await readdir(join(h.dataDir, 'mirrors', 'github', 'acme'))).toEqual(['gone.git.lock']);
});

test.each(['../../etc/passwd', 'a/..', 'a/b c', 'a/-b', 'a', '/a', 'a/b\0', 'a//b'])('the repository name %j is refused', (repository) => {
  expect(() => mirrorDirectory({ dataDir: '/data', forge: 'github', repository })).toThrow(/cannot be used as a folder/);
});
