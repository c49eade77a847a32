import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGithub } from '../../../src/forge/github/github.ts';
import type { Forge } from '../../../src/forge/forge.ts';
import { createLog } from '../../../src/log.ts';
import { settingsFor, startGithubWorld, type GithubWorld } from './world.ts';

let world: GithubWorld;
let forge: Forge;

beforeEach(async () => {
  world = await startGithubWorld();
  forge = world.open();
  world.setRole('ada', 'write');
});
afterEach(() => world[Symbol.asyncDispose]());

function asked(pattern: RegExp) {
  return world.github.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`));
}

describe('installations', () => {
  test('a repository without the App is told apart from a faulty credential', async () => {
    await world.github.addRepository('other/app', { installed: false });
    for (const name of ['other/app', 'nobody/nothing']) {
      await expect(forge.repository(name)).rejects.toMatchObject({
        code: 'forge.not-installed',
        retryable: false,
        message: expect.stringContaining(name),
        nextStep: expect.stringContaining('Install the GitHub App'),
      });
    }
  });

  test('are looked up once', async () => {
    await Promise.all([
      forge.repository(world.repository),
      forge.repository(world.repository.toUpperCase()),
      forge.permission(world.repository, 'ada'),
    ]);
    expect(asked(/^GET .*\/installation$/)).toHaveLength(1);
    expect(asked(/access_tokens$/)).toHaveLength(1);
  });

  test('that are made later are found', async () => {
    await world.github.addRepository('late/app', { installed: false });
    await expect(forge.repository('late/app')).rejects.toMatchObject({ code: 'forge.not-installed' });
    world.github.install('late', 'ada');
    expect(await forge.repository('late/app')).not.toBeNull();
  });

  test('that are removed and made anew are followed', async () => {
    await forge.gitAccess(world.repository);
    world.github.uninstall('acme', 'ada');
    world.github.install('acme', 'ada');
    const access = await forge.gitAccess(world.repository);
    expect(access.authorization).toMatch(/^Basic /);
  });

  test('that are removed are noticed', async () => {
    await forge.gitAccess(world.repository);
    world.github.uninstall('acme', 'ada');
    await expect(forge.gitAccess(world.repository)).rejects.toMatchObject({ code: 'forge.not-installed' });
  });

  test('an App that is installed nowhere has no account yet', async () => {
    world.github.uninstall('acme', 'ada');
    await expect(forge.identity()).rejects.toMatchObject({ code: 'forge.not-installed' });
    world.github.install('acme', 'ada');
    expect(await forge.identity()).toMatchObject({ login: 'signalbox[bot]' });
  });
});

describe('credentials', () => {
  test('a token that has expired is replaced', { timeout: 60_000 }, async () => {
    await forge.repository(world.repository);
    world.github.expireInstallationTokens();
    expect(await forge.repository(world.repository)).not.toBeNull();
    expect(asked(/access_tokens$/)).toHaveLength(2);
  });

  test('git gets a token of its own, for one repository and its contents', async () => {
    await world.github.addRepository('acme/other', { private: true });
    const access = await forge.gitAccess(world.repository);
    const [request] = asked(/access_tokens$/);
    expect(request?.body).toEqual({ repositories: ['app'], permissions: { contents: 'write' } });
    const ask = (path: string) => fetch(new URL(path, world.github.url), { headers: { authorization: access.authorization } });
    expect((await ask('/acme/app.git/info/refs?service=git-upload-pack')).status).toBe(200);
    expect((await ask('/acme/other.git/info/refs?service=git-upload-pack')).status).not.toBe(200);
  });

  test('a private key that is none is refused at once', () => {
    for (const privateKey of ['', 'nonsense', '-----BEGIN RSA PRIVATE KEY-----']) {
      expect(() => createGithub(settingsFor(world.github, { privateKey }))).toThrow(
        expect.objectContaining({ code: 'forge.unauthorized' }),
      );
    }
  });

  test('nothing is read from the environment', async () => {
    const names = ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'GITHUB_TOKEN', 'GHE_HOST', 'LOG_LEVEL', 'REDIS_URL'];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = 'wrong';
    try {
      expect(await world.open().check()).toEqual({ ok: true, detail: `GitHub App signalbox at ${new URL(world.github.url).host}` });
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  test('no credential is logged, not even where everything is', async () => {
    const lines: string[] = [];
    const { Writable } = await import('node:stream');
    const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
    const loud = createGithub(settingsFor(world.github, { log: createLog('trace', sink) }));
    const access = await loud.gitAccess(world.repository);
    await loud.repository(world.repository);
    world.failAll({ status: 500 });
    await loud.repository(world.repository).catch(() => null);
    expect(lines.length).toBeGreaterThan(0);
    const all = lines.join('');
    expect(all).not.toMatch(/ghs_|BEGIN|bearer ey/i);
    expect(all).not.toContain(access.authorization);
  });
});

describe('what GitHub asks of its callers', () => {
  test('a write whose answer was lost is not sent again by itself', async () => {
    const number = await world.openIssue('ada', { title: 'Bug', body: '' });
    world.loseAnswer('comment');
    const comment = { key: 'k', body: 'b', knownId: null };
    const at = { forge: 'github', repository: world.repository, number };
    await expect(forge.ensureComment(at, comment)).rejects.toMatchObject({ code: 'forge.unreachable', retryable: true });
    expect(asked(/^POST .*\/comments$/)).toHaveLength(1);
  });

  test('a write that failed on GitHub’s side is not sent again by itself', async () => {
    const number = await world.openIssue('ada', { title: 'Bug', body: '' });
    world.github.fail({ match: /^POST .*\/comments$/, status: 502, when: 'after' });
    const at = { forge: 'github', repository: world.repository, number };
    await expect(forge.ensureComment(at, { key: 'k', body: 'b', knownId: null })).rejects.toMatchObject({ code: 'forge.server-error' });
    expect(await world.comments(number)).toHaveLength(1);
  });

  test('a read that failed on GitHub’s side is tried again', async () => {
    world.github.fail({ match: /^GET \/repos\/acme\/app$/, status: 502, times: 2 });
    expect(await forge.repository(world.repository)).not.toBeNull();
  });

  test('a rate limit that is short is waited out', async () => {
    const patient = createGithub(settingsFor(world.github, { throttle: true }));
    const answer = { match: /^GET \/repos\/acme\/app$/, status: 403, headers: { 'retry-after': '1' } };
    world.github.fail({ ...answer, body: { message: 'You have exceeded a secondary rate limit.' } });
    expect(await patient.repository(world.repository)).not.toBeNull();
    expect(asked(/^GET \/repos\/acme\/app$/)).toHaveLength(2);
  });

  test('a rate limit that is long is the caller’s, who learns of it at once', async () => {
    const patient = createGithub(settingsFor(world.github, { throttle: true }));
    world.failAll({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(patient.repository(world.repository)).rejects.toMatchObject({ code: 'forge.rate-limited', retryable: true });
    expect(world.github.requests).toHaveLength(1);
  });

  test('an answer that is not what GitHub documents is an error of GitHub’s', async () => {
    world.github.fail({ match: /^GET \/repos\/acme\/app\/issues\/1$/, status: 200, body: { number: 'one' } });
    await expect(forge.subject({ forge: 'github', repository: world.repository, number: 1 })).rejects.toMatchObject({
      code: 'forge.server-error',
    });
  });
});

describe('a pull request where drafts are not to be had', () => {
  const wish = { head: 'agent/1-fix', base: 'main', title: 'Fix', body: '', draft: true };

  beforeEach(async () => {
    await world.push('ada', { branch: wish.head, files: { 'a.txt': 'a\n' } });
  });

  test('is opened as a common one', async () => {
    world.github.fail({
      match: /^POST .*\/pulls$/,
      status: 422,
      body: { message: 'Draft pull requests are not supported in this repository.' },
    });
    world.github.fail({
      match: /^POST \/graphql$/,
      status: 200,
      body: { data: { convertPullRequestToDraft: null }, errors: [{ type: 'UNPROCESSABLE', message: 'Drafts are not supported' }] },
    });
    expect(await forge.ensurePullRequest({ ...wish, repository: world.repository })).toMatchObject({ draft: false, open: true });
  });

  test('the refusal to make it ready is an error', async () => {
    await forge.ensurePullRequest({ ...wish, repository: world.repository });
    world.github.fail({
      match: /^POST \/graphql$/,
      status: 200,
      body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Not for you' }] },
    });
    await expect(forge.ensurePullRequest({ ...wish, repository: world.repository, draft: false })).rejects.toMatchObject({
      code: 'forge.forbidden',
      message: expect.stringContaining('Not for you'),
    });
  });
});
