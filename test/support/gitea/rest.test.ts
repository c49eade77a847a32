import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giteaRoutes } from './conformance/swagger.ts';
import { startGitea, type Gitea } from './gitea.ts';
import { clientFor, type Call } from './test-clients.ts';

const WIDGET = '/repos/acme/widget';

let gitea: Gitea;
let bot: Call;
let ada: Call;
let head: string;

beforeAll(async () => {
  gitea = await startGitea();
  gitea.addUser('ada', 'Ada Lovelace');
  bot = clientFor(gitea);
  ada = clientFor(gitea, gitea.as('ada').token);
  await gitea.addRepository('acme/widget', {
    files: { 'src/add.js': 'one\n', 'README.md': '# Widget\n' },
    collaborators: { ada: 'write' },
    labels: ['late', 'bug'],
  });
  const person = gitea.as('ada');
  for (let number = 1; number <= 5; number += 1) {
    await person.openIssue('acme/widget', { title: `Issue ${number}`, labels: number > 3 ? ['late'] : [] });
  }
  head = await person.push('acme/widget', { branch: 'agent/topic', files: { 'src/add.js': 'two\n', 'src/new.js': 'new\n' } });
  await person.openPull('acme/widget', { title: 'Topic', head: 'agent/topic', base: 'main', draft: true });
});

afterAll(() => gitea[Symbol.asyncDispose]());

async function names(call: Call, path: string): Promise<string[]> {
  const { body } = await call<{ name: string }[]>('GET', path);
  return body.map((one) => one.name);
}

async function numbers(path: string): Promise<number[]> {
  const { body } = await bot<{ number: number }[]>('GET', path);
  return body.map((one) => one.number);
}

describe('lists', () => {
  test('of issues come in pages of at most 50 that name each other', async () => {
    const { body, headers } = await bot<{ number: number }[]>('GET', `${WIDGET}/issues?limit=2&page=2`);
    expect(body.map((issue) => issue.number)).toEqual([4, 3]);
    expect(headers.get('x-total-count')).toBe('6');
    expect(headers.get('link')).toMatch(/page=3>; rel="next",.*page=3>; rel="last",.*page=1>; rel="first",.*page=1>; rel="prev"/);
  });

  test.each([
    ['type=issues', [5, 4, 3, 2, 1]],
    ['type=pulls', [6]],
    ['labels=late', [5, 4]],
    ['labels=late,bug', []],
    ['labels=late,absent', [5, 4]],
    ['state=closed', []],
    ['created_by=ada&limit=1', [6]],
    ['since=2100-01-01T00:00:00Z', []],
  ])('of issues are narrowed by %s', async (query, expected) => {
    expect(await numbers(`${WIDGET}/issues?${query}`)).toEqual(expected);
  });

  test('of labels know no size without a page, and no links', async () => {
    expect(await names(bot, `${WIDGET}/labels?limit=1`)).toEqual(['bug', 'late']);
    const { headers } = await bot('GET', `${WIDGET}/labels?limit=1&page=1`);
    expect([headers.get('link'), headers.get('x-total-count')]).toEqual([null, '2']);
  });
});

describe('issues', () => {
  test('are opened with the numbers of labels, edited, closed and opened again', async () => {
    const [late] = (await bot<{ id: number; name: string }[]>('GET', `${WIDGET}/labels`)).body.filter(({ name }) => name === 'late');
    const { body: issue } = await ada<{ number: number }>('POST', `${WIDGET}/issues`, { title: 'New', labels: [late!.id, 999_999] });
    const at = `${WIDGET}/issues/${issue.number}`;
    expect(issue).toMatchObject({
      title: 'New',
      body: '',
      state: 'open',
      labels: [{ name: 'late' }],
      user: { login: 'ada', username: 'ada' },
    });
    const edited = await bot('PATCH', at, { title: 'Newer', body: 'Why', state: 'closed' });
    expect(edited).toMatchObject({ status: 201, body: { title: 'Newer', body: 'Why', state: 'closed', closed_at: expect.any(String) } });
    expect((await bot('PATCH', at, { state: 'open', title: '' })).body).toMatchObject({ title: 'Newer', state: 'open', closed_at: null });
    expect((await bot('GET', at)).body).toMatchObject({ pull_request: null, repository: { full_name: 'acme/widget' } });
  });

  test('have long titles cut to 255 bytes', async () => {
    const { body } = await ada<{ title: string }>('POST', `${WIDGET}/issues`, { title: 'é'.repeat(200) });
    expect(Buffer.byteLength(body.title)).toBe(255);
    expect(body.title).toMatch(/^é+…$/);
  });

  test('change their labels by number and by name, and leave out what the repository lacks', async () => {
    const at = `${WIDGET}/issues/1/labels`;
    const { body: made } = await bot<{ id: number }>('POST', `${WIDGET}/labels`, {
      name: 'size/L',
      color: '#FF0000',
      description: 'Large',
    });
    expect(made).toMatchObject({ name: 'size/L', color: 'ff0000', description: 'Large' });
    await bot('POST', at, { labels: ['bug', 'absent'] });
    await bot('POST', at, { labels: [made.id] });
    expect(await names(bot, at)).toEqual(['bug', 'size/L']);
    await bot('PUT', at, { labels: ['late'] });
    await bot('DELETE', `${at}/${made.id}`);
    expect(await names(bot, at)).toEqual(['late']);
    await bot('DELETE', at);
    expect(await names(bot, at)).toEqual([]);
    await bot('PATCH', `${WIDGET}/labels/${made.id}`, { name: 'huge' });
    expect((await bot('GET', `${WIDGET}/labels/${made.id}`)).body).toMatchObject({ name: 'huge', color: 'ff0000' });
    expect((await bot('DELETE', `${WIDGET}/labels/${made.id}`)).status).toBe(204);
  });

  test('have comments, by issue without pages and of the repository since some time', async () => {
    const { body: first } = await ada<{ id: number }>('POST', `${WIDGET}/issues/2/comments`, { body: '/agent run' });
    const { body: second } = await bot<{ id: number }>('POST', `${WIDGET}/issues/2/comments`, { body: 'Yes' });
    expect((await bot('PATCH', `${WIDGET}/issues/comments/${second.id}`, { body: 'Done' })).body).toMatchObject({ body: 'Done' });
    expect((await bot('GET', `${WIDGET}/issues/2/comments`)).body).toMatchObject([{ id: first.id }, { id: second.id, body: 'Done' }]);
    expect((await bot('GET', `${WIDGET}/issues/comments?limit=1&page=2`)).body).toMatchObject([{ id: second.id }]);
    expect((await bot('GET', `${WIDGET}/issues/comments?since=2100-01-01T00:00:00Z`)).body).toEqual([]);
    expect((await bot('GET', `${WIDGET}/issues/comments/${first.id}`)).body).toMatchObject({ body: '/agent run', user: { login: 'ada' } });
    expect((await bot('DELETE', `${WIDGET}/issues/comments/${second.id}`)).status).toBe(204);
  });

  test('and comments take reactions, one of a kind from each, taken away by what they are', async () => {
    const { body: comment } = await ada<{ id: number }>('POST', `${WIDGET}/issues/3/comments`, { body: 'Look' });
    for (const at of [`${WIDGET}/issues/3/reactions`, `${WIDGET}/issues/comments/${comment.id}/reactions`]) {
      expect((await bot('GET', at)).body).toBeNull();
      expect((await bot('POST', at, { content: 'eyes' })).status).toBe(201);
      expect((await bot('POST', at, { content: 'eyes' })).status).toBe(200);
      expect((await bot('GET', at)).body).toMatchObject([{ content: 'eyes', user: { login: 'signalbox' } }]);
      expect((await bot('DELETE', at, { content: 'eyes' })).status).toBe(200);
      expect((await bot('POST', at, { content: 'shrug' })).status).toBe(403);
    }
  });

  test('remember in their timeline who did what', async () => {
    const person = gitea.as('ada');
    const { number } = await person.openIssue('acme/widget', { title: 'Old', labels: ['bug'] });
    await person.comment('acme/widget', number, 'Hm');
    await person.unlabel('acme/widget', number, 'bug');
    await person.editIssue('acme/widget', number, { title: 'Renamed' });
    await person.close('acme/widget', number);
    const { body } = await bot<Record<string, unknown>[]>('GET', `${WIDGET}/issues/${number}/timeline`);
    const bug = expect.objectContaining({ name: 'bug' });
    expect(body.map(({ type, body: words, label, user }) => [type, words, label, (user as { login: string }).login])).toEqual([
      ['label', '1', bug, 'ada'],
      ['comment', 'Hm', null, 'ada'],
      ['label', '', bug, 'ada'],
      ['change_title', '', null, 'ada'],
      ['close', '', null, 'ada'],
    ]);
    expect((await bot('GET', `${WIDGET}/issues/${number}/timeline?since=2100-01-01T00:00:00Z`)).body).toBeNull();
  });
});

describe('pull requests', () => {
  test('are drafts by their title', async () => {
    expect((await bot('GET', `${WIDGET}/pulls/6`)).body).toMatchObject({ title: 'WIP: Topic', draft: true, mergeable: true });
    expect(await bot('PATCH', `${WIDGET}/pulls/6`, { title: 'Topic', body: 'Closes #1' })).toMatchObject({
      status: 201,
      body: { draft: false },
    });
    expect((await bot('GET', `${WIDGET}/issues/6`)).body).toMatchObject({ pull_request: { draft: false, merged: false } });
  });

  test('say less in lists, which hold closed ones too unless a state is asked for', async () => {
    const { body } = await bot<object[]>('GET', `${WIDGET}/pulls`);
    expect(body[0]).toMatchObject({ number: 6, head: { ref: 'agent/topic', sha: head }, base: { ref: 'main' } });
    expect(body[0]).not.toHaveProperty('changed_files');
    expect((await bot('GET', `${WIDGET}/pulls/6`)).body).toMatchObject({ changed_files: 2, additions: 2, deletions: 1 });
    await gitea.as('ada').close('acme/widget', 6);
    expect([await numbers(`${WIDGET}/pulls`), await numbers(`${WIDGET}/pulls?state=open`)]).toEqual([[6], []]);
    await gitea.as('ada').reopen('acme/widget', 6);
  });

  test('are found by base and head, the first one ever', async () => {
    expect((await bot('GET', `${WIDGET}/pulls/main/agent/topic`)).body).toMatchObject({ number: 6 });
    expect((await bot('GET', `${WIDGET}/pulls/main/acme:agent/topic`)).body).toMatchObject({ number: 6 });
    expect((await bot('GET', `${WIDGET}/pulls/main/absent`)).status).toBe(404);
  });

  test('have commits, files and reviews, whose lines are lines of the file', async () => {
    expect((await bot('GET', `${WIDGET}/pulls/6/commits`)).body).toMatchObject([{ sha: head, author: { login: 'ada' } }]);
    const files = [
      { filename: 'src/add.js', status: 'changed' },
      { filename: 'src/new.js', status: 'added' },
    ];
    expect((await bot('GET', `${WIDGET}/pulls/6/files`)).body).toMatchObject(files);
    const comments = [{ path: 'src/new.js', body: 'Needed?', new_position: 1 }];
    const fields = { event: 'REQUEST_CHANGES', body: 'Hm', commit_id: head, comments };
    const { body: review } = await bot<{ id: number }>('POST', `${WIDGET}/pulls/6/reviews`, fields);
    expect(review).toMatchObject({ state: 'REQUEST_CHANGES', comments_count: 1, commit_id: head, stale: false });
    const at = `${WIDGET}/pulls/6/reviews/${review.id}`;
    expect((await bot('GET', at)).body).toMatchObject({ body: 'Hm' });
    expect((await bot('GET', `${at}/comments`)).body).toMatchObject([{ path: 'src/new.js', position: 1, body: 'Needed?' }]);
    expect((await bot('POST', `${at}/dismissals`, { message: 'Fixed' })).body).toMatchObject({ dismissed: true });
    expect((await bot('GET', `${WIDGET}/pulls/6/reviews`)).body).toHaveLength(1);
    expect((await bot('GET', `${WIDGET}/issues/6/comments`)).body).toEqual([]);
    expect((await bot('DELETE', at)).status).toBe(204);
    expect((await bot('GET', `${WIDGET}/pulls/6/reviews`)).body).toEqual([]);
    expect((await bot('GET', `${WIDGET}/pulls/6.diff`)).body).toContain('+++ b/src/new.js\n@@ -0,0 +1 @@\n+new\n');
  });
});

describe('commits', () => {
  test('have statuses, whose state is called status; the newest of each name count together', async () => {
    const at = `${WIDGET}/statuses/${head}`;
    expect((await bot('GET', `${WIDGET}/commits/${head}/status`)).body).toMatchObject({ state: '', statuses: null, total_count: 0 });
    const fields = { context: 'signalbox/test', description: 'Running', target_url: 'http://127.0.0.1/1' };
    const { body: made } = await bot('POST', at, { state: 'pending', ...fields });
    expect(made).toMatchObject({ id: 1, status: 'pending', context: 'signalbox/test', creator: { login: 'signalbox' } });
    expect(made).not.toHaveProperty('state');
    await bot('POST', at, { state: 'warning', context: 'signalbox/lint' });
    expect((await bot('GET', `${WIDGET}/commits/agent%2Ftopic/status`)).body).toMatchObject({ state: 'pending', total_count: 2 });
    await bot('POST', at, { state: 'success', ...fields });
    expect((await bot('GET', `${WIDGET}/commits/${head}/status`)).body).toMatchObject({ state: 'success', sha: head });
    expect((await bot<object[]>('GET', `${at}?limit=1`)).body).toHaveLength(3);
    expect((await bot('GET', `${at}?page=1&limit=1&sort=leastindex`)).body).toMatchObject([{ id: 3, status: 'success' }]);
    expect((await bot('GET', `${WIDGET}/commits/${head}/statuses?state=warning`)).body).toMatchObject([{ context: 'signalbox/lint' }]);
  });

  test('are read by branch and sha, with what they changed', async () => {
    const { body: commit } = await bot('GET', `${WIDGET}/git/commits/agent%2Ftopic`);
    expect(commit).toMatchObject({ sha: head, stats: { total: 3 }, files: [{ filename: 'src/add.js' }, { filename: 'src/new.js' }] });
    expect((await bot<object[]>('GET', `${WIDGET}/commits?sha=agent/topic`)).body).toHaveLength(2);
    expect((await bot('GET', `${WIDGET}/git/refs/heads/agent`)).body).toMatchObject([
      { ref: 'refs/heads/agent/topic', object: { sha: head } },
    ]);
  });

  test('have files, whole and raw; of a ref that is not there raw ones of the default branch', async () => {
    const content = Buffer.from('two\n').toString('base64');
    expect((await bot('GET', `${WIDGET}/contents/src/add.js?ref=agent/topic`)).body).toMatchObject({ type: 'file', content });
    expect((await bot('GET', `${WIDGET}/contents/src`)).body).toMatchObject([{ path: 'src/add.js' }]);
    expect((await bot('GET', `${WIDGET}/contents`)).body).toMatchObject([{ name: 'README.md' }, { type: 'dir' }]);
    expect((await bot('GET', `${WIDGET}/raw/src/add.js?ref=agent/topic`)).body).toBe('two\n');
    expect((await bot('GET', `${WIDGET}/raw/src/add.js?ref=absent`)).body).toBe('one\n');
    expect((await bot('GET', `${WIDGET}/contents/src/add.js?ref=absent`)).status).toBe(404);
  });

  test('stand at branches, which can be deleted, there or not', async () => {
    expect(await names(bot, `${WIDGET}/branches`)).toEqual(['agent/topic', 'main']);
    expect((await bot('GET', `${WIDGET}/branches/agent/topic`)).body).toMatchObject({ commit: { id: head }, user_can_push: true });
    await gitea.as('ada').push('acme/widget', { branch: 'old', files: {} });
    expect((await bot('DELETE', `${WIDGET}/branches/old`)).status).toBe(204);
    expect((await bot('DELETE', `${WIDGET}/branches/old`)).status).toBe(204);
    expect((await bot('GET', `${WIDGET}/branches/old`)).status).toBe(404);
  });
});

test('people, repositories and the server itself', async () => {
  expect((await bot('GET', '/version')).body).toEqual({ version: '1.25.1' });
  expect((await ada('GET', '/user')).body).toMatchObject({ login: 'ada', full_name: 'Ada Lovelace' });
  expect((await ada('GET', '/users/signalbox')).body).toMatchObject({ id: gitea.botId });
  expect((await bot('GET', WIDGET)).body).toMatchObject({ default_branch: 'main', private: false, permissions: { admin: true } });
  expect((await ada('GET', '/user/repos')).body).toMatchObject([{ full_name: 'acme/widget', permissions: { admin: false, push: true } }]);
  expect((await ada('GET', '/orgs/acme/labels')).body).toEqual([]);
  expect((await ada('GET', '/orgs/ada/labels')).status).toBe(404);
  expect((await bot('GET', '/orgs/acme/labels')).status).toBe(403);
  expect((await bot('GET', '/repos/search?q=widg')).body).toMatchObject({ ok: true, data: [{ full_name: 'acme/widget' }] });
  expect((await bot('GET', `${WIDGET}/collaborators/ada/permission`)).body).toMatchObject({ permission: 'write', role_name: 'write' });
});

test('hooks are kept, and what an edit leaves out is lost', async () => {
  const at = `${WIDGET}/hooks`;
  const config = { url: 'http://127.0.0.1:1/hook', content_type: 'json', secret: 's3cret' };
  const { body: hook } = await bot<{ id: number; events: string[] }>('POST', at, {
    type: 'gitea',
    config,
    events: ['issues'],
    active: true,
  });
  expect(hook.events).toEqual(expect.arrayContaining(['issues', 'issue_label', 'issue_comment']));
  expect(hook).toMatchObject({ active: true, config: { url: config.url, content_type: 'json' } });
  expect(JSON.stringify(hook)).not.toContain('s3cret');
  await bot('PATCH', `${at}/${hook.id}`, { config: { url: 'http://127.0.0.1:2/hook' } });
  expect((await bot('GET', `${at}/${hook.id}`)).body).toMatchObject({
    events: ['push'],
    active: true,
    config: { url: 'http://127.0.0.1:2/hook' },
  });
  expect((await bot('POST', `${at}/${hook.id}/tests`)).status).toBe(204);
  expect((await bot('GET', at)).body).toHaveLength(1);
  expect((await bot('DELETE', `${at}/${hook.id}`)).status).toBe(204);
});

test('a pull request is merged once, and closes what it says', async () => {
  expect((await bot('GET', `${WIDGET}/pulls/6/merge`)).status).toBe(404);
  expect((await bot('POST', `${WIDGET}/pulls/6/merge`, { Do: 'squash', head_commit_id: head })).status).toBe(200);
  expect((await bot('GET', `${WIDGET}/pulls/6/merge`)).status).toBe(204);
  expect((await bot('GET', `${WIDGET}/pulls/6`)).body).toMatchObject({ merged: true, state: 'closed', merged_by: { login: 'signalbox' } });
  expect(gitea.repository('acme/widget').issue(1).state).toBe('closed');
  const [newest] = await gitea.repository('acme/widget').commits('main');
  expect(newest!.message).toBe('Topic (#6)');
});

test('every operation of the slice was asked for, and answered as Gitea describes it', () => {
  gitea.assertConformant();
  const routes = giteaRoutes();
  const asked = gitea.requests
    .filter(({ status }) => status < 400)
    .map(({ method, path }) => {
      const pathname = path.replace(/^\/api\/v1/, '').split('?')[0] ?? '';
      return routes.find((route) => route.method === method && route.pattern.test(pathname))?.name;
    });
  const driven = ['POST /repos/{owner}/{repo}/pulls'];
  expect(routes.map((route) => route.name).filter((name) => !asked.includes(name) && !driven.includes(name))).toEqual([]);
});
