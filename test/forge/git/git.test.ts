import { chmod, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGitWorld, type GitWorld } from './world.ts';

let world: GitWorld;
beforeEach(async () => {
  world = await startGitWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

/** `user:secret` of what git is given for an address; empty for nothing. */
async function secretFor(address: string, urls = [new URL(address).origin]): Promise<string> {
  const { authorization } = await world.openWith({ urls }).gitAccess(address);
  return Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
}

describe('a repository', () => {
  test('that is not there reads as null', async () => {
    expect(await world.open().repository(`${world.server.url}/team/none.git`)).toBeNull();
  });

  test('has the default branch that its HEAD leads to, whatever else is there', async () => {
    const { origin } = world;
    for (const branch of ['HEAD', 'refs/heads/trunk', 'trunk/2']) await origin.commit(branch, { 'a.txt': 'a\n' });
    await origin.git.ok(['symbolic-ref', 'HEAD', 'refs/heads/trunk/2'], { gitDir: origin.dir });
    expect(await world.open().repository(world.repository)).toMatchObject({ defaultBranch: 'trunk/2' });
  });

  test('whose HEAD leads to nothing yet has one that can be asked for', async () => {
    await world.origin.git.ok(['symbolic-ref', 'HEAD', 'refs/heads/none'], { gitDir: world.origin.dir });
    expect(await world.open().repository(world.repository)).toMatchObject({ defaultBranch: 'main' });
  });

  test('is not asked for with a credential behind a redirect', async () => {
    let followed = false;
    world.server.onRequest = ({ url = '' }) => void (followed ||= url.startsWith('/elsewhere'));
    world.server.redirectTo('/elsewhere');
    expect(await world.open().repository(world.repository)).toBeNull();
    expect(followed).toBe(false);
  });
});

describe('credentials', () => {
  test('are read anew each time', async () => {
    const git = world.open();
    const good = await world.credentials();
    await world.setCredentials(good.replace('bot:', 'bot:old'));
    await expect(git.repository(world.repository)).rejects.toMatchObject({ code: 'forge.unauthorized' });
    await world.setCredentials(good);
    expect(await git.repository(world.repository)).toMatchObject({ defaultBranch: 'main' });
  });

  test.each([
    ['https://git.example/team/app', 'all:of-the-host'],
    ['https://git.example/team/app.git', 'all:of-the-host'],
    ['https://git.example/acme/app', 'acme:more@exact'],
    ['https://git.example/acme/app/x', 'acme:more@exact'],
    ['https://git.example/acme/application', 'acme:broader'],
    ['https://git.example/acmes/app', 'all:of-the-host'],
    ['https://git.example:8443/team/app', ''],
    ['http://git.example/team/app', ''],
    ['https://evil.git.example/team/app', ''],
    ['https://git.example.evil/team/app', ''],
  ])('for %s are %j', async (address, secret) => {
    await world.setCredentials(
      [
        '# ours',
        'https://all:of-the-host@git.example',
        '',
        'https://acme:broader@git.example/acme',
        'https://acme:more%40exact@git.example/acme/app\r',
        'https://nobody@git.example/team',
        'not an address',
      ].join('\n'),
    );
    expect(await secretFor(address)).toBe(secret);
  });

  test('are all known, so that they are kept back', async () => {
    await world.setCredentials('https://one:s%20ecret@git.example\nhttp://two:other@git.example/x\n');
    expect(await world.open().secrets?.()).toEqual(['s ecret', 'other']);
    await rm(world.server.credentialsPath);
    expect(await world.open().secrets?.()).toEqual([]);
  });

  test('that cannot be read are an error that says where', async () => {
    await rm(world.server.credentialsPath);
    await expect(world.open().gitAccess(world.repository)).rejects.toMatchObject({
      code: 'forge.unauthorized',
      message: expect.stringContaining(world.server.credentialsPath),
    });
  });
});

describe('the check', () => {
  test('names what is allowed, and counts credentials', async () => {
    expect(await world.open().check()).toEqual({ ok: true, detail: `agents may be sent to ${world.server.url}/team; 1 credential` });
    expect(await world.openWith({ credentialsPath: null }).check()).toMatchObject({ ok: true });
  });

  test('says that others may read the file', async () => {
    await chmod(world.server.credentialsPath, 0o640);
    expect(await world.open().check()).toMatchObject({ ok: false, detail: expect.stringContaining('chmod 600') });
  });

  test('says which lines cannot be used, and nothing of what is in them', async () => {
    await world.setCredentials('https://bot:t0ken@git.example/a//b\n\nt0ken\n');
    const { ok, detail } = await world.open().check();
    expect(ok).toBe(false);
    expect(detail).toMatch(/: 1, 3$/);
    expect(detail).not.toContain('t0ken');
  });

  test('says that the file is not there', async () => {
    await rm(world.server.credentialsPath);
    expect(await world.open().check()).toMatchObject({ ok: false, detail: expect.stringContaining('ENOENT') });
  });
});
