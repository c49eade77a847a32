import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGithub, type Github } from './github.ts';
import { cloneUrl, workFolder } from '../forge/test-clients.ts';
import { installationClient } from './test-clients.ts';

const WIDGET = { owner: 'acme', repo: 'widget' };

let github: Github;

beforeAll(async () => {
  github = await startGithub();
  github.addUser('ada');
  await github.addRepository('acme/widget', { collaborators: { ada: 'write' } });
  await github.as('ada').openIssue('acme/widget', { title: 'One' });
});

afterAll(() => github[Symbol.asyncDispose]());

function comment(body: string) {
  return installationClient(github, 'acme').rest.issues.createComment({ ...WIDGET, issue_number: 1, body });
}

const bodies = () =>
  github
    .repository('acme/widget')
    .comments(1)
    .map(({ body }) => body);

test('a limit is told with its headers, as often as was asked', async () => {
  github.fail({ match: /^POST .*\/comments$/, status: 429, headers: { 'retry-after': '7' }, times: 2 });
  for (let round = 0; round < 2; round += 1) {
    await expect(comment('limited')).rejects.toMatchObject({ status: 429, response: { headers: { 'retry-after': '7' } } });
  }
  expect(github.requests.at(-1)).toMatchObject({ status: 429, token: 'unread' });
  await comment('through');
  expect(bodies()).toEqual(['through']);
});

test('an answer can be lost after the work was done', async () => {
  github.fail({ match: /comments/, status: 'drop', when: 'after' });
  await expect(comment('done, unknown to the caller')).rejects.toThrow('other side closed');
  expect(bodies()).toContain('done, unknown to the caller');
  expect(github.requests.at(-1)).toMatchObject({
    method: 'POST',
    status: 0,
    token: 'installation',
    body: { body: 'done, unknown to the caller' },
  });
});

test('a dropped connection does nothing', async () => {
  github.fail({ match: ({ path }) => path.includes('comments'), status: 'drop' });
  await expect(comment('never')).rejects.toThrow('other side closed');
  expect(bodies()).not.toContain('never');
  expect(github.requests.at(-1)).toMatchObject({ method: 'POST', status: 0, token: 'unread' });
  github.assertConformant();
});

test('a late answer is an answer', async () => {
  github.fail({ match: /comments/, delayMs: 100 });
  const start = performance.now();
  await comment('late');
  expect(performance.now() - start).toBeGreaterThan(95);
});

test('a rule that is taken back meets nobody, and people at the keyboard are never met', async () => {
  const rule = github.fail({ status: 500, times: 100 });
  await github.as('ada').comment('acme/widget', 1, 'mine');
  rule.cancel();
  await comment('ours');
  expect(bodies()).toEqual(expect.arrayContaining(['mine', 'ours']));
});

test('git is met as well', async () => {
  await using work = await workFolder();
  github.fail({ match: /info\/refs/, status: 503 });
  await expect(work.git('clone', cloneUrl(github, 'acme/widget'), '.')).rejects.toThrow('503');
  github.fail({ match: /git-upload-pack$/, status: 'drop' });
  await expect(work.git('clone', cloneUrl(github, 'acme/widget'), '.')).rejects.toThrow('Empty reply');
  await work.git('clone', '--quiet', cloneUrl(github, 'acme/widget'), '.');
});
