import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Octokit } from '@octokit/rest';
import { githubRoutes } from './conformance/openapi.ts';
import { startGithub, type Github } from './github.ts';
import { appClient, clientFor, installationClient } from './test-clients.ts';

const WIDGET = { owner: 'acme', repo: 'widget' };

let github: Github;
let rest: Octokit['rest'];
let bot: Octokit;
let head: string;

beforeAll(async () => {
  github = await startGithub();
  const ada = github.addUser('ada');
  await github.addRepository('acme/widget', {
    files: { 'src/add.js': 'one\n', 'bin/logo': new Uint8Array([0, 1, 2]) },
    collaborators: { ada: 'write' },
  });
  bot = installationClient(github, 'acme');
  rest = bot.rest;
  for (let number = 1; number <= 5; number += 1)
    await ada.openIssue('acme/widget', { title: `Issue ${number}`, labels: number > 3 ? ['late'] : [] });
  head = await ada.push('acme/widget', {
    branch: 'agent/topic',
    files: { 'src/add.js': 'two\n', 'src/new.js': 'new\n', 'bin/logo': new Uint8Array([3]) },
  });
  await ada.openPull('acme/widget', { title: 'Topic', head: 'agent/topic', base: 'main' });
});

afterAll(() => github[Symbol.asyncDispose]());

test('lists come in pages that name each other', async () => {
  const all = await bot.paginate(rest.issues.listForRepo, { ...WIDGET, per_page: 2 });
  expect(all.map((issue) => issue.number)).toEqual([6, 5, 4, 3, 2, 1]);
  const { headers } = await rest.issues.listForRepo({ ...WIDGET, per_page: 2, page: 2 });
  expect(headers.link).toContain('rel="prev"');
  expect(headers.link).toMatch(/page=3>; rel="next"/);
  const late = await rest.issues.listForRepo({ ...WIDGET, labels: 'late', state: 'all' });
  expect(late.data.map((issue) => issue.number)).toEqual([5, 4]);
});

describe('issues', () => {
  test('change their labels, whichever way they are put', async () => {
    const issue = { ...WIDGET, issue_number: 1 };
    await rest.issues.createLabel({ ...WIDGET, name: 'size/L', color: 'ff0000', description: 'Large' });
    expect((await rest.issues.addLabels({ ...issue, labels: ['size/L', 'fresh'] })).data.map((label) => label.name)).toEqual([
      'size/L',
      'fresh',
    ]);
    expect((await rest.issues.removeLabel({ ...issue, name: 'size/L' })).data.map((label) => label.name)).toEqual(['fresh']);
    expect((await rest.issues.setLabels({ ...issue, labels: ['a', 'b'] })).data).toHaveLength(2);
    await rest.issues.removeAllLabels(issue);
    expect((await rest.issues.listLabelsOnIssue(issue)).data).toEqual([]);
    expect((await rest.issues.getLabel({ ...WIDGET, name: 'size/L' })).data.color).toBe('ff0000');
    expect((await rest.issues.listLabelsForRepo(WIDGET)).data.length).toBeGreaterThan(3);
  });

  test('are edited, closed with a reason and opened again', async () => {
    const issue = { ...WIDGET, issue_number: 2 };
    expect((await rest.issues.update({ ...issue, state: 'closed', state_reason: 'not_planned', body: 'No' })).data).toMatchObject({
      state: 'closed',
      state_reason: 'not_planned',
      closed_by: { login: 'signalbox[bot]' },
    });
    expect((await rest.issues.update({ ...issue, state: 'open' })).data.state_reason).toBe('reopened');
    expect((await rest.issues.get({ ...WIDGET, issue_number: 6 })).data.pull_request).toBeDefined();
    const { data: events } = await rest.issues.listEventsForRepo({ ...WIDGET, per_page: 2 });
    expect(events.map(({ event, issue: about }) => `${event} ${about?.number}`)).toEqual(['reopened 2', 'closed 2']);
  });

  test('and their comments take reactions, one of a kind from each', async () => {
    const { data: comment } = await rest.issues.createComment({ ...WIDGET, issue_number: 3, body: '/agent run' });
    const at = { ...WIDGET, comment_id: comment.id };
    const first = await rest.reactions.createForIssueComment({ ...at, content: 'eyes' });
    const second = await rest.reactions.createForIssueComment({ ...at, content: 'eyes' });
    expect([first.status, second.status, first.data.id]).toEqual([201, 200, second.data.id]);
    expect((await rest.reactions.listForIssueComment(at)).data).toHaveLength(1);
    await rest.reactions.deleteForIssueComment({ ...at, reaction_id: first.data.id });
    const onIssue = { ...WIDGET, issue_number: 3 };
    const { data: rocket } = await rest.reactions.createForIssue({ ...onIssue, content: 'rocket' });
    expect((await rest.reactions.listForIssue(onIssue)).data).toHaveLength(1);
    await rest.reactions.deleteForIssue({ ...onIssue, reaction_id: rocket.id });
    expect((await rest.issues.getComment(at)).data.performed_via_github_app?.slug).toBe('signalbox');
    await rest.issues.updateComment({ ...at, body: 'Edited' });
    expect((await rest.issues.listComments(onIssue)).data).toMatchObject([{ body: 'Edited' }]);
    expect((await rest.issues.listCommentsForRepo(WIDGET)).data).toHaveLength(1);
    await rest.issues.deleteComment(at);
  });
});

describe('pull requests', () => {
  const pull = { ...WIDGET, pull_number: 6 };

  test('are found by head, base and state', async () => {
    const find = async (query: object) => (await rest.pulls.list({ ...WIDGET, ...query })).data.map((one) => one.number);
    expect(await find({ head: 'acme:agent/topic', base: 'main' })).toEqual([6]);
    expect(await find({ head: 'acme:other' })).toEqual([]);
    expect(await find({ state: 'closed' })).toEqual([]);
  });

  test('say their commits, files and reviews', async () => {
    expect((await rest.pulls.get(pull)).data).toMatchObject({
      commits: 1,
      changed_files: 3,
      additions: 2,
      deletions: 1,
      mergeable_state: 'clean',
    });
    expect((await rest.pulls.listCommits(pull)).data.map((commit) => commit.sha)).toEqual([head]);
    const { data: files } = await rest.pulls.listFiles(pull);
    expect(files.map(({ filename, status, patch }) => [filename, status, patch])).toEqual([
      ['bin/logo', 'modified', undefined],
      ['src/add.js', 'modified', '@@ -1 +1 @@\n-one\n+two'],
      ['src/new.js', 'added', '@@ -0,0 +1 @@\n+new'],
    ]);
    const comments = [{ path: 'src/new.js', line: 1, body: 'Needed?' }];
    const { data: review } = await rest.pulls.createReview({ ...pull, event: 'REQUEST_CHANGES', body: 'Hm', comments });
    expect((await rest.pulls.getReview({ ...pull, review_id: review.id })).data.state).toBe('CHANGES_REQUESTED');
    expect((await rest.pulls.listReviews(pull)).data).toHaveLength(1);
    expect((await rest.pulls.listCommentsForReview({ ...pull, review_id: review.id })).data).toMatchObject([{ path: 'src/new.js' }]);
    expect((await rest.pulls.listReviewComments(pull)).data).toMatchObject([{ line: 1, body: 'Needed?' }]);
    expect((await rest.pulls.update({ ...pull, title: 'Better', body: 'Why' })).data.title).toBe('Better');
  });
});

describe('commits', () => {
  test('have checks and statuses', async () => {
    const { data: run } = await rest.checks.create({
      ...WIDGET,
      name: 'lint',
      head_sha: head,
      status: 'queued',
      details_url: 'http://127.0.0.1/run/1',
    });
    await rest.checks.update({ ...WIDGET, check_run_id: run.id, status: 'in_progress', started_at: '2026-01-01T00:00:00Z' });
    await expect(rest.checks.rerequestRun({ ...WIDGET, check_run_id: run.id })).rejects.toMatchObject({ status: 422 });
    expect((await rest.checks.get({ ...WIDGET, check_run_id: run.id })).data).toMatchObject({
      status: 'in_progress',
      pull_requests: [{ number: 6 }],
    });
    expect((await rest.checks.listAnnotations({ ...WIDGET, check_run_id: run.id })).data).toEqual([]);
    const { data: again } = await rest.checks.create({ ...WIDGET, name: 'lint', head_sha: head });
    expect((await rest.checks.listForRef({ ...WIDGET, ref: 'agent/topic' })).data.check_runs.map(({ id }) => id)).toEqual([again.id]);
    expect((await rest.checks.listForRef({ ...WIDGET, ref: head, filter: 'all' })).data.total_count).toBe(2);
    const suite = { ...WIDGET, check_suite_id: run.check_suite?.id ?? 0 };
    expect((await rest.checks.listForSuite(suite)).data.total_count).toBe(1);
    const conclusions = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'] as const;
    for (const conclusion of conclusions) {
      const { data: ended } = await rest.checks.create({ ...WIDGET, name: conclusion, head_sha: head, conclusion });
      await rest.checks.rerequestRun({ ...WIDGET, check_run_id: ended.id });
    }
    await rest.repos.createCommitStatus({ ...WIDGET, sha: head, state: 'pending', context: 'ci' });
    await rest.repos.createCommitStatus({ ...WIDGET, sha: head, state: 'success', context: 'ci', target_url: 'http://127.0.0.1/ci' });
    expect((await rest.repos.getCombinedStatusForRef({ ...WIDGET, ref: head })).data).toMatchObject({ state: 'success', total_count: 1 });
    expect((await rest.repos.listCommitStatusesForRef({ ...WIDGET, ref: 'agent/topic' })).data).toHaveLength(2);
  });

  test('are read by branch, tag, full ref and sha', async () => {
    for (const ref of ['agent/topic', 'heads/agent/topic', head])
      expect((await rest.repos.getCommit({ ...WIDGET, ref })).data.sha).toBe(head);
    expect((await rest.repos.getCommit({ ...WIDGET, ref: head })).data).toMatchObject({ author: { login: 'ada' }, stats: { total: 3 } });
    await expect(rest.repos.getCommit({ ...WIDGET, ref: 'nowhere' })).rejects.toMatchObject({ status: 404 });
    expect((await rest.repos.listCommits({ ...WIDGET, sha: 'agent/topic' })).data).toHaveLength(2);
    expect((await rest.repos.compareCommitsWithBasehead({ ...WIDGET, basehead: 'main...agent/topic' })).data).toMatchObject({
      status: 'ahead',
      ahead_by: 1,
      total_commits: 1,
    });
  });

  test('have branches that can be deleted', async () => {
    expect((await rest.git.getRef({ ...WIDGET, ref: 'heads/agent/topic' })).data.object.sha).toBe(head);
    expect((await rest.git.listMatchingRefs({ ...WIDGET, ref: 'heads/agent/' })).data).toHaveLength(1);
    expect((await rest.repos.listBranches(WIDGET)).data.map((branch) => branch.name)).toEqual(['agent/topic', 'main']);
    expect((await rest.repos.getBranch({ ...WIDGET, branch: 'agent/topic' })).data.commit.sha).toBe(head);
    await github.as('ada').push('acme/widget', { branch: 'old', files: {} });
    await rest.git.deleteRef({ ...WIDGET, ref: 'heads/old' });
    await expect(rest.git.deleteRef({ ...WIDGET, ref: 'heads/old' })).rejects.toMatchObject({ status: 422 });
  });

  test('have files and folders', async () => {
    const get = async (path: string, ref?: string) => (await rest.repos.getContent({ ...WIDGET, path, ref })).data;
    const file = await get('src/add.js', 'agent/topic');
    expect(file).toMatchObject({ type: 'file', encoding: 'base64', content: `${Buffer.from('two\n').toString('base64')}\n` });
    expect(await get('src')).toMatchObject([{ type: 'file', path: 'src/add.js' }]);
    expect(await get('')).toMatchObject([
      { type: 'dir', name: 'bin' },
      { type: 'dir', name: 'src' },
    ]);
    const raw = await rest.repos.getContent({ ...WIDGET, path: 'src/add.js', mediaType: { format: 'raw' } });
    expect(raw.data).toBe('one\n');
    await expect(get('src/absent.js')).rejects.toMatchObject({ status: 404 });
  });
});

test('people, repositories and limits', async () => {
  expect((await rest.repos.get(WIDGET)).data).toMatchObject({
    full_name: 'acme/widget',
    default_branch: 'main',
    owner: { type: 'Organization' },
  });
  expect((await rest.users.getByUsername({ username: 'signalbox[bot]' })).data.type).toBe('Bot');
  expect((await clientFor(github, github.as('ada').token).rest.users.getAuthenticated()).data.login).toBe('ada');
  expect((await rest.rateLimit.get()).data.rate.limit).toBe(5000);
  await rest.repos.getCollaboratorPermissionLevel({ ...WIDGET, username: 'ada' });
  await rest.apps.listReposAccessibleToInstallation();
  const app = appClient(github).rest.apps;
  await app.getAuthenticated();
  await app.getWebhookConfigForApp();
  await app.listWebhookDeliveries({ per_page: 10 });
  await app.listInstallations();
  await app.getRepoInstallation(WIDGET);
  expect((await app.getInstallation({ installation_id: github.installationId('acme') })).data.account).toMatchObject({ login: 'acme' });
  await clientFor(github, github.as('ada').token).rest.pulls.merge({ ...WIDGET, pull_number: 6 });
});

test('every operation of the slice was asked for, and answered as GitHub describes it', async () => {
  github.assertConformant();
  const routes = githubRoutes();
  const asked = github.requests
    .filter(({ status }) => status < 400)
    .map(({ method, path }) => {
      const pathname = path.split('?')[0] ?? '';
      return routes.find((route) => route.method === method && route.pattern.test(pathname))?.name;
    });
  const driven = ['POST /repos/{owner}/{repo}/issues', 'POST /repos/{owner}/{repo}/pulls'];
  const missing = routes.map((route) => route.name).filter((name) => !asked.includes(name) && !driven.includes(name));
  expect(missing).toEqual([]);
});
