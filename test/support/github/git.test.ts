import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startGithub, type Github } from './github.ts';
import { cloneUrl, workFolder } from '../forge/test-clients.ts';
import { installationToken } from './test-clients.ts';

let github: Github;

beforeAll(async () => {
  github = await startGithub();
  github.addUser('ada');
  github.addUser('rita');
  github.addUser('oscar');
  const collaborators = { ada: 'write', rita: 'read' } as const;
  await github.addRepository('acme/widget', { collaborators, files: { 'README.md': '# Widget\n', 'bin/run.sh': '#!/bin/sh\n' } });
  await github.addRepository('acme/secret', { collaborators, private: true });
});

afterAll(() => github[Symbol.asyncDispose]());

describe('clone', () => {
  test.each([
    ['a public repository by anybody', 'acme/widget', () => undefined],
    ['a private one by a reader', 'acme/secret', () => github.as('rita').token],
    ['a private one by the App', 'acme/secret', () => installationToken(github, 'acme', { contents: 'read' })],
  ])('%s', async (_, repository, token) => {
    await using work = await workFolder();
    await work.git('clone', '--quiet', cloneUrl(github, repository, await token()), '.');
    expect(await work.git('ls-files')).toContain('README.md');
  });

  test.each([
    ['without a token', () => undefined, 'could not read Username'],
    ['with a wrong token', () => 'ghs_wrong', 'Authentication failed'],
    ['by an outsider', () => github.as('oscar').token, 'not found'],
    ['without the permission', () => installationToken(github, 'acme', { issues: 'write' }), '403'],
  ])('a private repository is refused %s', async (_, token, complaint) => {
    await using work = await workFolder();
    await expect(work.git('clone', cloneUrl(github, 'acme/secret', await token()), '.')).rejects.toThrow(complaint);
  });

  test('in part', async () => {
    await using work = await workFolder();
    await work.git('clone', '--quiet', '--depth=1', '--filter=blob:none', cloneUrl(github, 'acme/widget'), '.');
    expect(await work.git('config', 'remote.origin.partialclonefilter')).toBe('blob:none');
  });
});

describe('push', () => {
  async function push(token: string | undefined, ...options: string[]): Promise<string> {
    await using work = await workFolder();
    await work.git('clone', '--quiet', cloneUrl(github, 'acme/widget'), '.');
    await work.git('commit', '--quiet', '--allow-empty', '-m', 'Work');
    await work.git(...options, 'push', cloneUrl(github, 'acme/widget', token), 'HEAD:refs/heads/work');
    return await work.git('rev-parse', 'HEAD');
  }

  test('by the App', async () => {
    const sha = await push(await installationToken(github, 'acme'));
    expect(await github.repository('acme/widget').branches()).toMatchObject({ work: sha });
    expect(github.deliveries.findLast((one) => one.event === 'push')?.body).toContain('"login":"signalbox[bot]"');
    await github.as('ada').deleteBranch('acme/widget', 'work');
  });

  test('in chunks, as git sends what is large', async () => {
    await push(github.as('ada').token, '-c', 'http.postBuffer=1');
    await github.as('ada').deleteBranch('acme/widget', 'work');
  });

  test.each([
    ['without a token', () => undefined, 'could not read Username'],
    ['with a wrong token', () => 'ghs_wrong', 'Authentication failed'],
    ['by a reader', () => github.as('rita').token, '403'],
    ['with a token to read', () => installationToken(github, 'acme', { contents: 'read' }), '403'],
  ])('is refused %s', async (_, token, complaint) => {
    await expect(push(await token())).rejects.toThrow(complaint);
    expect(await github.repository('acme/widget').branches()).not.toHaveProperty('work');
  });

  test('is refused with a token that has expired', async () => {
    const token = await installationToken(github, 'acme');
    github.expireInstallationTokens();
    await expect(push(token)).rejects.toThrow('Authentication failed');
  });

  test('without force does not rewrite history', async () => {
    const token = github.as('ada').token;
    await github.as('ada').push('acme/widget', { branch: 'work', files: { theirs: 'x\n' } });
    await expect(push(token)).rejects.toThrow('rejected');
  });

  test('that is cut off before it begins, or in the middle, holds up none after it', async () => {
    const token = github.as('ada').token;
    const gate = Promise.withResolvers<void>();
    github.fail({ match: /git-receive-pack$/, until: gate.promise });
    await cutPush(token);
    gate.resolve();
    await cutPush(token);
    await github.as('ada').deleteBranch('acme/widget', 'work');
    await push(token);
  });

  test('into many branches at once loses none', async () => {
    const ada = github.as('ada');
    const names = Array.from({ length: 6 }, (_, index) => `agent/${index}`);
    await Promise.all(names.map((branch) => ada.push('acme/widget', { branch, files: { [branch]: 'x\n' } })));
    expect(Object.keys(await github.repository('acme/widget').branches())).toEqual(expect.arrayContaining(names));
  });
});

/** Sends the beginning of a push, and goes away once the stand-in has seen it. */
async function cutPush(token: string): Promise<void> {
  const before = github.requests.length;
  const { port, hostname } = new URL(github.url);
  const socket = connect(Number(port), hostname);
  const headers = [
    'POST /acme/widget.git/git-receive-pack HTTP/1.1',
    `host: ${hostname}`,
    `authorization: Basic ${Buffer.from(`ada:${token}`).toString('base64')}`,
    'content-type: application/x-git-receive-pack-request',
    'content-length: 600',
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n00`);
  await vi.waitUntil(() => github.requests.length > before);
  socket.destroy();
  await once(socket, 'close');
}

test('a pull request can be fetched by its number, and not pushed to', async () => {
  const ada = github.as('ada');
  await ada.push('acme/widget', { branch: 'topic', files: { topic: 'x\n' } });
  const { number } = await ada.openPull('acme/widget', { title: 'Topic', head: 'topic', base: 'main' });
  await using work = await workFolder();
  await work.git('clone', '--quiet', cloneUrl(github, 'acme/widget', ada.token), '.');
  await work.git('fetch', '--quiet', 'origin', `refs/pull/${number}/head`);
  await expect(work.git('push', 'origin', `HEAD:refs/pull/${number}/head`)).rejects.toThrow('deny updating a hidden ref');
});

test('all of that is GitHub as GitHub describes it', () => github.assertConformant());
