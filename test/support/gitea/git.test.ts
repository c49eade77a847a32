import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloneUrl, workFolder } from '../forge/test-clients.ts';
import { startGitea, type Gitea } from './gitea.ts';

let gitea: Gitea;

beforeAll(async () => {
  gitea = await startGitea();
  for (const login of ['ada', 'rita', 'eve']) gitea.addUser(login);
  await gitea.addRepository('acme/secret', { private: true, collaborators: { ada: 'write', rita: 'read' } });
  await gitea.addRepository('acme/open');
});

afterAll(() => gitea[Symbol.asyncDispose]());

function urlWith(username: string, password: string): string {
  const url = new URL(cloneUrl(gitea, 'acme/secret'));
  Object.assign(url, { username, password });
  return url.href;
}

describe('a private repository is cloned', () => {
  test.each<[string, () => string]>([
    ['with the token as the password of any name', () => urlWith('whoever', gitea.as('rita').token)],
    ['with the token as the name', () => urlWith(gitea.botToken, 'x-oauth-basic')],
    ['with the token as the name and no password', () => urlWith(gitea.botToken, '')],
  ])('%s', async (_, url) => {
    await using work = await workFolder();
    await work.git('clone', '--quiet', url(), '.');
    expect(await work.git('log', '--format=%s')).toBe('First commit');
  });

  test('with the token in a header of its own', async () => {
    await using work = await workFolder();
    const header = `http.extraHeader=Authorization: token ${gitea.botToken}`;
    await work.git('-c', header, 'clone', '--quiet', cloneUrl(gitea, 'acme/secret'), '.');
    expect(gitea.requests.at(-1)).toMatchObject({ status: 200, token: 'token', login: 'signalbox' });
  });
});

describe('git is refused', () => {
  test.each<[string, () => string, string]>([
    ['without a token', () => cloneUrl(gitea, 'acme/secret'), 'could not read Username'],
    ['with a token of nobody', () => urlWith('x', 'f'.repeat(40)), 'Authentication failed'],
    ['with the token of an outsider', () => urlWith('x', gitea.as('eve').token), 'not found'],
    ['with a token that may not read repositories', () => urlWith('x', gitea.createToken('ada', ['write:issue'])), '403'],
  ])('%s', async (_, url, complaint) => {
    await using work = await workFolder();
    await expect(work.git('clone', '--quiet', url(), '.')).rejects.toThrow(complaint);
  });

  test('a push of a reader, once it is there', async () => {
    await using work = await workFolder();
    await work.git('clone', '--quiet', urlWith('rita', gitea.as('rita').token), '.');
    await work.git('commit', '--quiet', '--allow-empty', '-m', 'Mine');
    await expect(work.git('push', '--quiet', 'origin', 'HEAD:rita')).rejects.toThrow(
      /User permission denied for writing[^]*pre-receive hook declined/,
    );
    expect(await gitea.repository('acme/secret').branches()).not.toHaveProperty('rita');
  });
});

test('a push of a writer is on its pull request when git returns', async () => {
  await using work = await workFolder();
  await work.git('clone', '--quiet', urlWith('x', gitea.botToken), '.');
  await work.git('checkout', '--quiet', '-b', 'agent/topic');
  await work.git('commit', '--quiet', '--allow-empty', '-m', 'One');
  await work.git('push', '--quiet', 'origin', 'agent/topic');
  const { number } = await gitea.as('ada').openPull('acme/secret', { title: 'Topic', head: 'agent/topic', base: 'main' });
  await work.git('commit', '--quiet', '--allow-empty', '-m', 'Two');
  await work.git('push', '--quiet', 'origin', 'agent/topic');
  const pull = gitea.repository('acme/secret').pull(number);
  expect(pull).toMatchObject({ headSha: await work.git('rev-parse', 'HEAD'), commits: 2 });
  expect(await work.git('ls-remote', 'origin', `refs/pull/${number}/head`)).toContain(pull.headSha);
});

test('a request that meets a fault fails as it is told to, git and API alike', async () => {
  await using work = await workFolder();
  gitea.fail({ match: /acme\/open/, status: 503, times: 2 });
  await expect(work.git('clone', '--quiet', cloneUrl(gitea, 'acme/open'), '.')).rejects.toThrow('503');
  const response = await fetch(`${gitea.url}/api/v1/repos/acme/open`);
  expect([response.status, await response.json()]).toEqual([503, { message: '', url: expect.any(String) }]);
  await work.git('clone', '--quiet', cloneUrl(gitea, 'acme/open'), '.');
});
