import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { commitTree } from '../../src/git/commit.ts';
import { branchHead, ensureMirror, type Mirror } from '../../src/git/mirror.ts';
import { publish } from '../../src/git/publish.ts';
import { makeHarness, type Harness } from '../support/git/harness.ts';
import { serveOverHttp } from '../support/git/http-remote.ts';

const run = promisify(execFile);
const TOKEN = ['ghs', 'only', 'for', 'this', 'test'].join('-');
const AUTHORIZATION = `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;

async function makeCommit(h: Harness, mirror: Mirror, title: string, parent = h.base): Promise<string> {
  const tree = await h.git.text(['rev-parse', `${parent}^{tree}`], { gitDir: mirror.dir });
  return commitTree(h.git, mirror, {
    tree,
    parent,
    title,
    summary: '',
    bot: { name: 'bot', email: 'b@example.org' },
    coAuthor: null,
    date: new Date(0),
  });
}

describe('a push', () => {
  test('puts the commit on a new branch, and said again it is already there', async () => {
    await using h = await makeHarness();
    const mirror = await h.mirror();
    const commit = await makeCommit(h, mirror, 'one');
    const wish = { commit, branch: 'agent/7-x', expected: null };
    expect(await publish(h.git, mirror, wish, h.remote)).toEqual({ state: 'pushed' });
    expect(await publish(h.git, mirror, wish, h.remote)).toEqual({ state: 'already' });
    expect(await h.origin.head('agent/7-x')).toBe(commit);
    expect(await branchHead(h.git, mirror, 'agent/7-x')).toBe(commit);
    expect(await h.origin.head('main')).toBe(h.base);
  });

  test('continues a branch that is where it was expected', async () => {
    await using h = await makeHarness();
    const mirror = await h.mirror();
    const one = await makeCommit(h, mirror, 'one');
    const two = await makeCommit(h, mirror, 'two', one);
    await publish(h.git, mirror, { commit: one, branch: 'x', expected: null }, h.remote);
    expect(await publish(h.git, mirror, { commit: two, branch: 'x', expected: one }, h.remote)).toEqual({ state: 'pushed' });
  });

  test.each([
    ['a branch that somebody else made', null],
    ['a branch that somebody else moved', 'base'],
    ['a branch that somebody else removed', 'gone'],
  ])('never overwrites %s', async (_name, expected) => {
    await using h = await makeHarness();
    const foreign = expected === 'gone' ? null : await h.origin.commit('agent/7', { 'foreign.txt': 'x' }, h.base);
    const mirror = await h.mirror();
    const commit = await makeCommit(h, mirror, 'mine');
    const wish = { commit, branch: 'agent/7', expected: expected === null ? null : h.base };
    expect(await publish(h.git, mirror, wish, h.remote)).toMatchObject({ state: 'rejected', reason: 'moved' });
    expect(await h.origin.head('agent/7')).toBe(foreign);
  });

  test.each([
    ['remote: error: GH006: Protected branch update failed for refs/heads/x.', 'protected'],
    [
      'remote: refusing to allow a GitHub App to create or update workflow `.github/workflows/a.yml` without `workflows` permission',
      'denied',
    ],
    ['remote: error: GH001: Large files detected.', 'too-large'],
  ])('that the forge refuses with %j is %s', async (said, reason) => {
    await using h = await makeHarness();
    await mkdir(join(h.origin.dir, 'hooks'));
    await writeFile(join(h.origin.dir, 'hooks', 'pre-receive'), `#!/bin/sh\necho '${said.slice('remote: '.length)}' >&2\nexit 1\n`);
    await chmod(join(h.origin.dir, 'hooks', 'pre-receive'), 0o755);
    const mirror = await h.mirror();
    await using http = await serveOverHttp(h.scratch.dir, AUTHORIZATION);
    const remote = { url: `${http.url}/widgets.git`, authorization: AUTHORIZATION };
    const commit = await makeCommit(h, mirror, 'x');
    const publication = await publish(h.git, mirror, { commit, branch: 'x', expected: null }, remote);
    expect(publication).toMatchObject({ state: 'rejected', reason, said: expect.stringContaining(said.slice('remote: '.length)) });
  });

  test.each([
    ['HEAD', 'x'],
    ['--all', 'x'],
    ['1'.repeat(40), '../x'],
    ['1'.repeat(40), 'x:refs/heads/main'],
    ['1'.repeat(40), ''],
  ])('of %j to %j is not even tried', async (commit, branch) => {
    await using h = await makeHarness();
    await expect(publish(h.git, await h.mirror(), { commit, branch, expected: null }, h.remote)).rejects.toMatchObject({
      code: 'git.name-unusable',
    });
  });

  test('that the transport sent twice, because it lost the first answer, is there already', async () => {
    await using h = await makeHarness();
    const mirror = await h.mirror();
    await using http = await serveOverHttp(h.scratch.dir, AUTHORIZATION);
    const commit = await makeCommit(h, mirror, 'x');
    const wish = { commit, branch: 'x', expected: null };
    http.onRequest = async ({ method }) => {
      if (method === 'POST') await publish(h.git, mirror, wish, h.remote);
      return undefined;
    };
    expect(await publish(h.git, mirror, wish, { url: `${http.url}/widgets.git`, authorization: AUTHORIZATION })).toEqual({
      state: 'already',
    });
  });

  test('is ended by an abort', async () => {
    await using h = await makeHarness();
    const mirror = await h.mirror();
    await using http = await serveOverHttp(h.scratch.dir, AUTHORIZATION);
    const controller = new AbortController();
    http.onRequest = () => {
      controller.abort(new Error('killed'));
      return new Promise(() => undefined);
    };
    const remote = { url: `${http.url}/widgets.git`, authorization: AUTHORIZATION };
    const wish = { commit: await makeCommit(h, mirror, 'x'), branch: 'x', expected: null };
    await expect(publish(h.git, mirror, wish, remote, controller.signal)).rejects.toThrow('killed');
    expect(await h.origin.head('x')).toBeNull();
  });
});

describe('a remote over HTTP', () => {
  test('is cloned, fetched and pushed to with the credential, which is in no command line and on no disk', async () => {
    await using h = await makeHarness();
    await using http = await serveOverHttp(h.scratch.dir, AUTHORIZATION);
    const check = http.onRequest;
    let looked = 0;
    http.onRequest = (request) => {
      looked += 1;
      for (const line of commandLines()) expect(line).not.toMatch(new RegExp(`${TOKEN}|${AUTHORIZATION.slice(6, 40)}`));
      return check(request);
    };
    const remote = { url: `${http.url}/widgets.git`, authorization: AUTHORIZATION };
    const place = { dataDir: h.dataDir, forge: 'github', repository: 'acme/widgets' };
    const mirror = await ensureMirror(h.git, place, remote);
    await h.origin.commit('main', { 'a.txt': 'a' });
    await ensureMirror(h.git, place, remote);
    const commit = await makeCommit(h, mirror, 'x');
    expect(await publish(h.git, mirror, { commit, branch: 'x', expected: null }, remote)).toEqual({ state: 'pushed' });
    expect(looked).toBeGreaterThan(4);
    const files = (await readdir(h.dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    for (const file of files) {
      const text = await readFile(join(file.parentPath, file.name), 'latin1');
      for (const secret of [TOKEN, AUTHORIZATION.slice(6)]) expect(text).not.toContain(secret);
    }
  });

  test.each([
    [401, 'git.unauthorized', false],
    [403, 'git.forbidden', false],
    [404, 'git.not-found', false],
    [429, 'git.unreachable', true],
    [500, 'git.unreachable', true],
  ])('that answers %i is %s', async (status, code, retryable) => {
    await using h = await makeHarness();
    const mirror = await h.mirror();
    await using http = await serveOverHttp(h.scratch.dir, AUTHORIZATION);
    http.onRequest = () => status;
    const remote = { url: `${http.url}/widgets.git`, authorization: AUTHORIZATION };
    const commit = await makeCommit(h, mirror, 'x');
    const error: unknown = await publish(h.git, mirror, { commit, branch: 'x', expected: null }, remote).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retryable });
    expect(inspect(error, { depth: 9 })).not.toContain(TOKEN);
    const fetch = ensureMirror(h.git, { dataDir: h.dataDir, forge: 'github', repository: 'acme/widgets' }, remote);
    await expect(fetch).rejects.toMatchObject({ code, retryable });
  });

  test('that cannot be reached may be tried again', async () => {
    await using h = await makeHarness();
    const closed = await serveOverHttp(h.scratch.dir, AUTHORIZATION);
    await closed[Symbol.asyncDispose]();
    const place = { dataDir: h.dataDir, forge: 'github', repository: 'acme/widgets' };
    await expect(ensureMirror(h.git, place, { url: `${closed.url}/widgets.git`, authorization: AUTHORIZATION })).rejects.toMatchObject({
      code: 'git.unreachable',
      retryable: true,
    });
  });

  test('that sends us elsewhere is not followed, and the other place sees no credential', async () => {
    await using h = await makeHarness();
    await using elsewhere = await serveOverHttp(h.scratch.dir, AUTHORIZATION);
    let asked = 0;
    elsewhere.onRequest = () => {
      asked += 1;
      return undefined;
    };
    await using http = await serveOverHttp(h.scratch.dir, AUTHORIZATION);
    http.redirectTo = elsewhere.url;
    const place = { dataDir: h.dataDir, forge: 'github', repository: 'acme/widgets' };
    await expect(ensureMirror(h.git, place, { url: `${http.url}/widgets.git`, authorization: AUTHORIZATION })).rejects.toMatchObject({
      code: 'git.not-found',
    });
    expect(asked).toBe(0);
  });
});

/** Of every process on this machine that may be read. */
function commandLines(): string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
}

test('the look at command lines finds what is in one', async () => {
  const running = run('sh', ['-c', 'read x', 'a-visible-argument']);
  expect(commandLines().join('\n')).toContain('a-visible-argument');
  running.child.stdin?.end('\n');
  await running.catch(() => undefined);
});
