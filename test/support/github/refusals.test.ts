import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGithub, type Github } from './github.ts';
import { clientFor, installationClient } from './test-clients.ts';

const WIDGET = { owner: 'acme', repo: 'widget' };

let github: Github;
let head: string;

beforeAll(async () => {
  github = await startGithub();
  const ada = github.addUser('ada');
  github.addUser('grace');
  await github.addRepository('acme/widget', { files: { a: '1\n' }, collaborators: { ada: 'write', grace: 'write' }, labels: ['bug'] });
  head = await ada.push('acme/widget', { branch: 'topic', files: { a: '2\n' } });
  await ada.push('acme/widget', { branch: 'level', files: {}, from: 'main' });
  await ada.openPull('acme/widget', { title: 'Topic', head: 'topic', base: 'main' });
});

afterAll(() => github[Symbol.asyncDispose]());

describe('a pull request', () => {
  const create = (fields: { head: string; base?: string; body?: string }) =>
    installationClient(github, 'acme').rest.pulls.create({ ...WIDGET, title: 'Another', base: 'main', ...fields });

  test.each([
    ['a head that does not exist', { head: 'nowhere' }, { field: 'head', code: 'invalid' }],
    ['a head of somebody else', { head: 'grace:topic' }, { field: 'head', code: 'invalid' }],
    ['a base that does not exist', { head: 'topic', base: 'nowhere' }, { field: 'base', code: 'invalid' }],
    ['no commits', { head: 'main' }, { code: 'custom', message: 'No commits between main and main' }],
    ['a twin', { head: 'topic' }, { code: 'custom', message: 'A pull request already exists for acme:topic.' }],
    ['a body that is too long', { head: 'level', body: 'x'.repeat(65_537) }, { field: 'body', code: 'custom' }],
  ])('needs more than %s', async (_, fields, error) => {
    const refusal = await create(fields).catch((reason: unknown) => reason);
    expect(refusal).toMatchObject({ status: 422, response: { data: { message: 'Validation Failed', errors: [error] } } });
  });

  test('has one twin at most when two ask at once', async () => {
    const answers = await Promise.allSettled([create({ head: 'level' }), create({ head: 'level' })]);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('is not approved by who opened it', async () => {
    await expect(github.as('ada').review('acme/widget', 1, { event: 'APPROVE' })).rejects.toMatchObject({ status: 422 });
    await expect(github.as('grace').review('acme/widget', 1, { event: 'APPROVE' })).resolves.toMatchObject({ state: 'APPROVED' });
  });

  test('is not merged as a draft, by rebase, over a conflict, or over a head that moved', async () => {
    const grace = github.as('grace');
    const { rest } = clientFor(github, grace.token);
    const merge = (pull_number: number, more: object = {}) => rest.pulls.merge({ ...WIDGET, pull_number, ...more });
    await expect(merge(1, { merge_method: 'rebase' })).rejects.toMatchObject({ status: 405 });
    await expect(merge(1, { sha: '0'.repeat(40) })).rejects.toMatchObject({ status: 409 });
    await grace.push('acme/widget', { branch: 'draft', files: { b: '1\n' } });
    const draft = await grace.openPull('acme/widget', { title: 'Draft', head: 'draft', base: 'main', draft: true });
    await expect(merge(draft.number)).rejects.toMatchObject({ status: 405 });
    await grace.push('acme/widget', { branch: 'main', files: { a: '3\n' } });
    expect(github.repository('acme/widget').pull(1).mergeable).toBe(false);
    await expect(merge(1)).rejects.toMatchObject({ status: 405 });
  });
});

test('a closed pull request opens again where its branch is now, without a twin, and not without a branch', async () => {
  const ada = github.as('ada');
  await ada.push('acme/widget', { branch: 'again', files: { again: '1\n' } });
  const first = await ada.openPull('acme/widget', { title: 'First', head: 'again', base: 'main' });
  await ada.close('acme/widget', first.number);
  const tip = await ada.push('acme/widget', { branch: 'again', files: { again: '2\n' } });
  const second = await ada.openPull('acme/widget', { title: 'Second', head: 'again', base: 'main' });
  await expect(ada.reopen('acme/widget', first.number)).rejects.toMatchObject({ status: 422 });
  await ada.close('acme/widget', second.number);
  await ada.reopen('acme/widget', first.number);
  expect(github.repository('acme/widget').pull(first.number)).toMatchObject({ state: 'open', headSha: tip, commits: 2 });
  await ada.deleteBranch('acme/widget', 'again');
  await expect(ada.reopen('acme/widget', first.number)).rejects.toMatchObject({ status: 422 });
});

test('what is merged stays closed', async () => {
  const ada = github.as('ada');
  await ada.push('acme/widget', { branch: 'quick', files: { quick: '1\n' } });
  const { number } = await ada.openPull('acme/widget', { title: 'Quick', head: 'quick', base: 'main' });
  await ada.merge('acme/widget', number);
  await expect(ada.reopen('acme/widget', number)).rejects.toMatchObject({ status: 422 });
});

describe('a check run', () => {
  const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'failure' as const, message: 'Wrong' };
  const output = (count: number) => ({ title: 'Lint', summary: 'Some', annotations: Array.from({ length: count }, () => annotation) });

  test('needs an App', async () => {
    const { rest } = clientFor(github, github.as('ada').token);
    await expect(rest.checks.create({ ...WIDGET, name: 'lint', head_sha: head })).rejects.toMatchObject({ status: 403 });
  });

  test('needs a commit', async () => {
    const { rest } = installationClient(github, 'acme');
    await expect(rest.checks.create({ ...WIDGET, name: 'lint', head_sha: '1'.repeat(40) })).rejects.toMatchObject({ status: 422 });
  });

  test('needs a conclusion to be completed', async () => {
    const { rest } = installationClient(github, 'acme');
    await expect(rest.checks.create({ ...WIDGET, name: 'lint', head_sha: head, status: 'completed' })).rejects.toMatchObject({
      status: 422,
    });
    expect(await github.repository('acme/widget').checks(head)).toEqual([]);
  });

  test('takes 50 annotations at a time, and adds them up', async () => {
    const { rest } = installationClient(github, 'acme');
    await expect(rest.checks.create({ ...WIDGET, name: 'lint', head_sha: head, output: output(51) })).rejects.toMatchObject({
      status: 422,
    });
    const { data: run } = await rest.checks.create({ ...WIDGET, name: 'lint', head_sha: head, output: output(50) });
    await rest.checks.update({ ...WIDGET, check_run_id: run.id, conclusion: 'failure', output: output(20) });
    const { data: page } = await rest.checks.listAnnotations({ ...WIDGET, check_run_id: run.id, per_page: 100 });
    expect(page).toHaveLength(70);
    const { data: again } = await rest.checks.get({ ...WIDGET, check_run_id: run.id });
    expect(again).toMatchObject({ conclusion: 'failure', output: { annotations_count: 70 } });
  });
});

describe('text', () => {
  test.each([
    ['a comment', (body: string) => github.as('ada').comment('acme/widget', 1, body)],
    ['an issue', (body: string) => github.as('ada').openIssue('acme/widget', { title: 'Long', body })],
  ])('of %s ends at 65,536 characters', async (_, write) => {
    await expect(write('x'.repeat(65_536))).resolves.toBeDefined();
    await expect(write('x'.repeat(65_537))).rejects.toMatchObject({ status: 422 });
  });
});

test('what is not there is 404, what is no JSON 400, what has the wrong shape 422', async () => {
  const { rest } = installationClient(github, 'acme');
  await expect(rest.issues.get({ ...WIDGET, issue_number: 999 })).rejects.toMatchObject({ status: 404 });
  await expect(rest.issues.removeLabel({ ...WIDGET, issue_number: 1, name: 'absent' })).rejects.toMatchObject({ status: 404 });
  await expect(rest.issues.createLabel({ ...WIDGET, name: 'BUG' })).rejects.toMatchObject({ status: 422 });
  const post = (body: string) =>
    fetch(`${github.url}/repos/acme/widget/issues`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${github.as('ada').token}` },
    });
  expect((await post('{')).status).toBe(400);
  expect((await post('{"title": 5, "labels": "no"}')).status).toBe(422);
});

test('GraphQL knows two mutations and nothing else', async () => {
  const { graphql } = installationClient(github, 'acme');
  const toDraft = 'mutation($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { id } } }';
  await graphql(toDraft, { id: (await github.as('ada').request<{ node_id: string }>('GET', '/repos/acme/widget/pulls/1')).node_id });
  expect(github.repository('acme/widget').pull(1).draft).toBe(true);
  await expect(graphql(toDraft, { id: 'PR_bm9uZQ' })).rejects.toThrow('Could not resolve');
  await expect(graphql('{ viewer { login } }')).rejects.toMatchObject({ status: 400 });
});

test('all of that is GitHub as GitHub describes it', () => github.assertConformant());
