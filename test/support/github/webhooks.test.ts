import { expect, test } from 'vitest';
import { startGithub } from './github.ts';
import { startReceiver } from '../forge/test-clients.ts';
import { appClient, installationClient } from './test-clients.ts';

test('every kind of webhook is what the schemas say', async () => {
  await using receiver = await startReceiver('s3cret');
  await using github = await startGithub({ webhook: { url: receiver.url, secret: 's3cret' } });
  const ada = github.addUser('ada');
  const repository = 'acme/widget';
  const truth = await github.addRepository(repository, { collaborators: { ada: 'admin' }, installed: false });
  github.install('acme', 'ada');
  github.ping();
  await ada.openIssue(repository, { title: 'One', labels: ['bug'] });
  await ada.editIssue(repository, 1, { title: 'First', body: 'More' });
  await ada.unlabel(repository, 1, 'bug');
  await ada.close(repository, 1);
  await ada.reopen(repository, 1);
  const comment = await ada.comment(repository, 1, 'Hello');
  await ada.editComment(repository, comment.id, 'Hello there');
  await ada.deleteComment(repository, comment.id);
  const sha = await ada.push(repository, { branch: 'topic', files: { a: '1\n', 'README.md': null } });
  await ada.openPull(repository, { title: 'Topic', head: 'topic', base: 'main' });
  await ada.label(repository, 2, 'bug');
  await ada.comment(repository, 2, 'On a pull request');
  await ada.review(repository, 2, { event: 'COMMENT', body: '', comments: [{ path: 'a', line: 1, body: 'Why?' }] });
  const { rest } = installationClient(github, 'acme');
  const actions = [{ label: 'Fix', description: 'Fix it', identifier: 'fix' }];
  const { data: run } = await rest.checks.create({
    owner: 'acme',
    repo: 'widget',
    name: 'lint',
    head_sha: sha,
    conclusion: 'failure',
    actions,
  });
  ada.rerunCheck(repository, run.id);
  ada.pressCheckButton(repository, run.id, 'fix');
  await ada.rerunAllChecks(repository, sha);
  await ada.push(repository, { branch: 'topic', files: { a: '2\n' }, force: true });
  await ada.close(repository, 2);
  await ada.reopen(repository, 2);
  await ada.merge(repository, 2, 'squash');
  await ada.deleteBranch(repository, 'topic');
  github.uninstall('acme', 'ada');
  await github.settled();

  github.assertConformant();
  expect(receiver.received.every((one) => one.signed)).toBe(true);
  expect(receiver.names()).toEqual([
    'installation.created',
    'ping',
    'issues.opened',
    'issues.labeled',
    'issues.edited',
    'issues.unlabeled',
    'issues.closed',
    'issues.reopened',
    'issue_comment.created',
    'issue_comment.edited',
    'issue_comment.deleted',
    'push',
    'check_suite.requested',
    'pull_request.opened',
    'pull_request.labeled',
    'issue_comment.created',
    'pull_request_review.submitted',
    'check_run.created',
    'check_run.completed',
    'check_run.rerequested',
    'check_run.requested_action',
    'check_suite.rerequested',
    'push',
    'pull_request.synchronize',
    'check_suite.requested',
    'pull_request.closed',
    'pull_request.reopened',
    'pull_request.closed',
    'push',
    'check_suite.requested',
    'push',
    'installation.deleted',
  ]);
  expect(await truth.commits('main')).toHaveLength(2);
  expect(truth.pull(2)).toMatchObject({ merged: { by: 'ada' }, reviews: [{ author: 'ada', state: 'COMMENTED' }] });
});

test('a delivery is held back, sent, and sent again with the same GUID', async () => {
  await using receiver = await startReceiver('s3cret');
  await using github = await startGithub({ webhook: { url: receiver.url, secret: 's3cret' } });
  const ada = github.addUser('ada');
  await github.addRepository('ada/notes');
  github.holdDeliveries();
  await ada.openIssue('ada/notes', { title: 'One' });
  await github.settled();
  expect(receiver.received).toEqual([]);
  github.releaseDeliveries();
  await github.settled();
  const [delivery] = github.deliveries;
  expect(receiver.received).toMatchObject([{ event: 'issues', guid: delivery?.guid }]);
  github.redeliver(delivery?.guid ?? '');
  await github.settled();
  expect(receiver.received[1]).toEqual(receiver.received[0]);
  expect(delivery?.attempts).toMatchObject([{ status: 202 }, { status: 202 }]);
});

test('a delivery that fails is written down, and those behind it go on', async () => {
  await using receiver = await startReceiver('s3cret', 500);
  await using github = await startGithub({ webhook: { url: 'http://127.0.0.1:1/', secret: 's3cret' } });
  const ada = github.addUser('ada');
  await github.addRepository('ada/notes');
  await ada.openIssue('ada/notes', { title: 'One' });
  await github.settled();
  github.deliverTo({ url: receiver.url, secret: 's3cret' });
  await ada.openIssue('ada/notes', { title: 'Two' });
  await github.settled();
  expect(github.deliveries.flatMap((one) => one.attempts)).toMatchObject([
    { status: null, error: expect.any(String) },
    { status: 500, error: null },
  ]);
});

test('closing twice is fine, and so is closing while a webhook is on its way', async () => {
  await using silent = await startReceiver('s3cret', 'never');
  const github = await startGithub({ webhook: { url: silent.url, secret: 's3cret' } });
  const ada = github.addUser('ada');
  await github.addRepository('ada/notes');
  await ada.openIssue('ada/notes', { title: 'One' });
  await github[Symbol.asyncDispose]();
  await github[Symbol.asyncDispose]();
  await expect(fetch(github.url)).rejects.toThrow('fetch failed');
});

test('where the App is not installed nothing is told', async () => {
  await using github = await startGithub();
  const ada = github.addUser('ada');
  await github.addRepository('ada/notes', { installed: false });
  await ada.openIssue('ada/notes', { title: 'One' });
  expect(github.deliveries).toEqual([]);
});

test('the App is told how each attempt went, the newest first', async () => {
  await using taken = await startReceiver('s3cret');
  await using refused = await startReceiver('s3cret', 401);
  await using github = await startGithub();
  const log = () => appClient(github).rest.apps.listWebhookDeliveries({ per_page: 10 });
  github.ping();
  expect((await log()).data).toEqual([]);
  github.addUser('ada');
  await github.addRepository('acme/widget', { collaborators: { ada: 'write' } });
  for (const url of [taken.url, refused.url, 'http://127.0.0.1:1/']) {
    github.deliverTo({ url, secret: 's3cret' });
    await github.as('ada').openIssue('acme/widget', { title: 'One' });
    await github.settled();
  }
  github.deliverTo({ url: taken.url, secret: 's3cret' });
  github.redeliver(github.deliveries.at(-1)!.guid);
  await github.settled();
  const { data } = await log();
  expect(data.map(({ status, status_code, redelivery }) => [status_code, status, redelivery])).toEqual([
    [202, 'OK', true],
    [0, 'failed to connect to host', false],
    [401, 'Invalid HTTP Response: 401', false],
    [202, 'OK', false],
  ]);
  expect(data[0]).toMatchObject({ guid: data[1]!.guid, event: 'issues', action: 'opened', installation_id: github.installationId('acme') });
  github.assertConformant();
});
