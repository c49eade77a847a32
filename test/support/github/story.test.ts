import { expect, test } from 'vitest';
import { startGithub } from './github.ts';
import { cloneUrl, startReceiver, workFolder } from '../forge/test-clients.ts';
import { clientFor, installationClient, installationToken } from './test-clients.ts';

const WIDGET = { owner: 'acme', repo: 'widget' };

test('a label becomes a branch, a pull request, its checks and a merge', async () => {
  await using receiver = await startReceiver('s3cret');
  await using github = await startGithub({ webhook: { url: receiver.url, secret: 's3cret' } });
  const ada = github.addUser('ada', 'Ada Lovelace');
  await github.addRepository('acme/widget', {
    files: { 'src/add.js': 'export const add = (a, b) => a - b;\n' },
    collaborators: { ada: 'write' },
  });
  const bot = installationClient(github, 'acme');

  const issue = await ada.openIssue('acme/widget', { title: 'add() subtracts', body: 'It should add.', labels: ['agent:worker'] });
  await github.settled();
  expect(receiver.names()).toEqual(['issues.opened', 'issues.labeled']);
  expect(receiver.received.every((one) => one.signed && one.payload.sender.login === 'ada')).toBe(true);

  const { data: permission } = await bot.rest.repos.getCollaboratorPermissionLevel({ ...WIDGET, username: 'ada' });
  expect(permission).toMatchObject({ permission: 'write', role_name: 'write' });
  await bot.rest.reactions.createForIssue({ ...WIDGET, issue_number: issue.number, content: 'eyes' });
  const { data: comment } = await bot.rest.issues.createComment({ ...WIDGET, issue_number: issue.number, body: 'Working on it.' });
  await bot.rest.issues.updateComment({ ...WIDGET, comment_id: comment.id, body: 'Nearly there.' });

  await using work = await workFolder();
  const token = await installationToken(github, 'acme');
  await work.git('clone', '--quiet', cloneUrl(github, 'acme/widget', token), '.');
  await work.git('checkout', '--quiet', '-b', 'agent/1-add');
  await work.git('commit', '--quiet', '--allow-empty', '-m', 'Add, do not subtract');
  await work.git('push', '--quiet', 'origin', 'agent/1-add');
  const head = await work.git('rev-parse', 'HEAD');

  const fields = { title: 'Add', head: 'agent/1-add', base: 'main', body: `Closes #${issue.number}`, draft: true };
  const { data: pull } = await bot.rest.pulls.create({ ...WIDGET, ...fields });
  expect(pull).toMatchObject({
    number: 2,
    draft: true,
    commits: 1,
    mergeable: true,
    head: { sha: head },
    user: { login: 'signalbox[bot]' },
  });

  const { data: run } = await bot.rest.checks.create({
    ...WIDGET,
    name: 'tests',
    head_sha: head,
    status: 'in_progress',
    external_id: 'task-1',
  });
  await bot.rest.checks.update({
    ...WIDGET,
    check_run_id: run.id,
    conclusion: 'success',
    output: { title: 'Passed', summary: '12 passed' },
  });
  await bot.graphql('mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }', {
    id: pull.node_id,
  });

  const second = await ada.push('acme/widget', { branch: 'agent/1-add', files: { 'src/add.js': 'export const add = (a, b) => a + b;\n' } });
  await expect(clientFor(github, ada.token).rest.pulls.listFiles({ ...WIDGET, pull_number: 2 })).resolves.toMatchObject({
    data: [
      {
        filename: 'src/add.js',
        status: 'modified',
        additions: 1,
        deletions: 1,
        patch: expect.stringContaining('+export const add = (a, b) => a + b;'),
      },
    ],
  });
  await ada.review('acme/widget', 2, { event: 'APPROVE', body: 'Thanks' });
  await ada.merge('acme/widget', 2);

  await github.settled();
  const names = receiver.names();
  expect(names.filter((name) => name.startsWith('pull_request') || name.startsWith('issues.'))).toEqual([
    'issues.opened',
    'issues.labeled',
    'pull_request.opened',
    'pull_request.ready_for_review',
    'pull_request.synchronize',
    'pull_request_review.submitted',
    'pull_request.closed',
    'issues.closed',
  ]);
  expect(names).toEqual(
    expect.arrayContaining(['push', 'check_suite.requested', 'check_run.created', 'check_run.completed', 'issue_comment.edited']),
  );
  const truth = github.repository('acme/widget');
  expect(truth.issue(1)).toMatchObject({
    state: 'closed',
    reactions: [{ content: 'eyes', by: 'signalbox[bot]' }],
    comments: [{ body: 'Nearly there.' }],
  });
  expect(truth.pull(2)).toMatchObject({ state: 'closed', headSha: second, merged: { by: 'ada' } });
  expect(await truth.file('main', 'src/add.js')).toContain('a + b');
  expect(await truth.checks(head)).toMatchObject([{ name: 'tests', conclusion: 'success', externalId: 'task-1', title: 'Passed' }]);
  github.assertConformant();
});

test('a pushed branch is on its pull request when git push returns', async () => {
  await using github = await startGithub();
  const ada = github.addUser('ada');
  await github.addRepository('acme/widget', { collaborators: { ada: 'write' } });
  await ada.push('acme/widget', { branch: 'topic', files: { a: '1\n' } });
  await ada.openPull('acme/widget', { title: 'Topic', head: 'topic', base: 'main' });
  await using work = await workFolder();
  await work.git('clone', '--quiet', '--branch', 'topic', cloneUrl(github, 'acme/widget', ada.token), '.');
  for (let round = 0; round < 3; round += 1) {
    await work.git('commit', '--quiet', '--allow-empty', '-m', `Round ${round}`);
    await work.git('push', '--quiet');
    expect(github.repository('acme/widget').pull(1).headSha).toBe(await work.git('rev-parse', 'HEAD'));
  }
  await work.git('commit', '--quiet', '--amend', '--allow-empty', '-m', 'Another history');
  await work.git('push', '--quiet', '--force');
  expect(github.repository('acme/widget').pull(1)).toMatchObject({ headSha: await work.git('rev-parse', 'HEAD'), commits: 4 });
  expect(github.deliveries.filter((one) => one.action === 'synchronize')).toHaveLength(4);
  await work.git('push', '--quiet', 'origin', '--delete', 'topic');
  expect(github.repository('acme/widget').pull(1)).toMatchObject({ state: 'closed', merged: null });
  github.assertConformant();
});
