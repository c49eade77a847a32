import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitea, type Gitea } from './gitea.ts';
import { clientFor, type Call } from './test-clients.ts';

const WIDGET = '/repos/acme/widget';
const SECRET = '/repos/acme/secret';

let gitea: Gitea;
const calls: Record<string, Call> = {};

beforeAll(async () => {
  gitea = await startGitea();
  for (const login of ['ada', 'rita', 'eve']) calls[login] = clientFor(gitea, gitea.addUser(login).token);
  calls['bot'] = clientFor(gitea);
  calls['nobody'] = clientFor(gitea, null);
  calls['liar'] = clientFor(gitea, 'f'.repeat(40));
  const collaborators = { ada: 'write', rita: 'read' } as const;
  await gitea.addRepository('acme/widget', { collaborators, labels: ['bug'] });
  await gitea.addRepository('acme/secret', { collaborators, private: true, botRole: 'write' });
  const ada = gitea.as('ada');
  await ada.openIssue('acme/widget', { title: 'One' });
  await ada.push('acme/widget', { branch: 'topic', files: { a: '1\n' } });
  await ada.openPull('acme/widget', { title: 'Topic', head: 'topic', base: 'main' });
  await ada.push('acme/widget', { branch: 'other', files: { 'README.md': 'Mine\n' } });
  await ada.openPull('acme/widget', { title: 'WIP: Other', head: 'other', base: 'main' });
});

afterAll(() => gitea[Symbol.asyncDispose]());

const REFUSED: [string, string, string, string, object | undefined, number, string][] = [
  ['a repository that is hidden', 'eve', 'GET', SECRET, undefined, 404, 'not found'],
  ['a repository that is not there', 'ada', 'GET', '/repos/acme/absent', undefined, 404, 'not found'],
  ['a path that is not there', 'ada', 'GET', `${WIDGET}/stargazers`, undefined, 404, 'not found'],
  ['a token of nobody', 'liar', 'GET', WIDGET, undefined, 401, 'user does not exist'],
  ['writing without a token', 'nobody', 'POST', `${WIDGET}/issues`, { title: 'No' }, 401, 'token is required'],
  ['oneself, with a token that may read no users', 'bot', 'GET', '/user', undefined, 403, 'required=[read:user]'],
  ['others, with such a token', 'bot', 'GET', '/users/ada', undefined, 403, 'required=[read:user]'],
  ['one’s repositories, with such a token', 'bot', 'GET', '/user/repos', undefined, 403, 'required=[read:user]'],
  ['the permission of another, asked by a writer', 'bot', 'GET', `${SECRET}/collaborators/ada/permission`, undefined, 403, 'repo admins'],
  ['the permission of nobody', 'bot', 'GET', `${WIDGET}/collaborators/absent/permission`, undefined, 404, 'absent'],
  ['hooks, by a writer', 'ada', 'GET', `${WIDGET}/hooks`, undefined, 403, 'admin'],
  ['an issue that is not there', 'ada', 'GET', `${WIDGET}/issues/99`, undefined, 404, 'not found'],
  ['comments where there is no issue', 'ada', 'GET', `${WIDGET}/issues/99/comments`, undefined, 500, ''],
  ['a comment where there is no issue', 'ada', 'POST', `${WIDGET}/issues/99/comments`, { body: 'Hi' }, 500, ''],
  ['an issue without a title', 'ada', 'POST', `${WIDGET}/issues`, { title: '' }, 422, '[Title]: Required'],
  ['labels by name in a new issue', 'ada', 'POST', `${WIDGET}/issues`, { title: 'No', labels: ['bug'] }, 422, 'cannot unmarshal'],
  ['labels by name and number', 'ada', 'POST', `${WIDGET}/issues/1/labels`, { labels: ['bug', 1] }, 400, 'strings or integers'],
  ['labelling, by a reader', 'rita', 'POST', `${WIDGET}/issues/1/labels`, { labels: ['bug'] }, 403, 'write permission'],
  ['an edit, by another reader', 'rita', 'PATCH', `${WIDGET}/issues/1`, { title: 'No' }, 403, ''],
  ['a state that is none', 'ada', 'PATCH', `${WIDGET}/issues/1`, { state: 'odd' }, 412, 'unknown state'],
  ['a time that is none', 'ada', 'GET', `${WIDGET}/issues?since=yesterday`, undefined, 422, 'parsing time'],
  ['a label without a colour', 'ada', 'POST', `${WIDGET}/labels`, { name: 'x' }, 422, '[Color]: Required'],
  ['a label of an odd colour', 'ada', 'POST', `${WIDGET}/labels`, { name: 'x', color: 'red' }, 422, 'invalid color: #red'],
  [
    'a pull request to where it comes from',
    'ada',
    'POST',
    `${WIDGET}/pulls`,
    { title: 'No', head: 'main', base: 'main' },
    422,
    'no changes',
  ],
  ['a pull request from nowhere', 'ada', 'POST', `${WIDGET}/pulls`, { title: 'No', head: 'absent', base: 'main' }, 404, 'not found'],
  ['a pull request to nowhere', 'ada', 'POST', `${WIDGET}/pulls`, { title: 'No', head: 'topic', base: 'absent' }, 404, 'not found'],
  ['a twin', 'ada', 'POST', `${WIDGET}/pulls`, { title: 'No', head: 'topic', base: 'main' }, 409, 'already exists'],
  ['an issue as a pull request', 'ada', 'GET', `${WIDGET}/pulls/1`, undefined, 404, 'not found'],
  ['approval of one’s own', 'ada', 'POST', `${WIDGET}/pulls/2/reviews`, { event: 'APPROVED' }, 422, 'approve your own'],
  ['rejection of one’s own', 'ada', 'POST', `${WIDGET}/pulls/2/reviews`, { event: 'REQUEST_CHANGES', body: 'x' }, 422, 'reject your own'],
  ['rejection without a word', 'bot', 'POST', `${WIDGET}/pulls/2/reviews`, { event: 'REQUEST_CHANGES' }, 422, 'requires a body'],
  ['a comment without a word', 'bot', 'POST', `${WIDGET}/pulls/2/reviews`, { event: 'COMMENT' }, 422, 'requires a body'],
  ['a merge by a reader', 'rita', 'POST', `${WIDGET}/pulls/2/merge`, { Do: 'merge' }, 405, 'not allowed'],
  ['a merge of a draft', 'ada', 'POST', `${WIDGET}/pulls/3/merge`, { Do: 'merge' }, 405, 'Work in progress'],
  [
    'a merge over a head that moved',
    'ada',
    'POST',
    `${WIDGET}/pulls/2/merge`,
    { Do: 'merge', head_commit_id: 'a'.repeat(40) },
    409,
    'out of date',
  ],
  ['a merge in an odd way', 'ada', 'POST', `${WIDGET}/pulls/2/merge`, { Do: 'odd' }, 422, '[Do]: In'],
  ['a status, by a reader', 'rita', 'POST', `${WIDGET}/statuses/${'a'.repeat(40)}`, { state: 'success' }, 403, 'write'],
  ['a status of no commit', 'ada', 'POST', `${WIDGET}/statuses/${'a'.repeat(40)}`, { state: 'success' }, 500, ''],
  ['the end of the default branch', 'ada', 'DELETE', `${WIDGET}/branches/main`, undefined, 403, 'default branch'],
  [
    'a hook without an address',
    'bot',
    'POST',
    `${WIDGET}/hooks`,
    { type: 'gitea', config: { content_type: 'json' } },
    422,
    'Missing config option: url',
  ],
];

describe('Gitea refuses', () => {
  test.each(REFUSED)('%s', async (_, who, method, path, body, status, message) => {
    const answer = await calls[who]!<{ message: string } | ''>(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body === '' ? '' : answer.body.message).toContain(message);
  });
});

test('people may ask for their own permission, and readers for what is public', async () => {
  const own = await calls['rita']!('GET', `${SECRET}/collaborators/rita/permission`);
  expect(own.body).toMatchObject({ permission: 'read' });
  expect((await calls['nobody']!('GET', WIDGET)).status).toBe(200);
  expect((await calls['bot']!('GET', `${WIDGET}/collaborators/eve/permission`)).body).toMatchObject({ permission: 'read' });
  expect((await calls['bot']!('GET', `${WIDGET}/collaborators/acme/permission`)).body).toMatchObject({ permission: 'owner' });
});

test('a token does what its scopes say, until it is taken away', async () => {
  const token = gitea.createToken('ada', ['read:repository', 'read:issue', 'read:user']);
  const reader = clientFor(gitea, token);
  expect((await reader('GET', '/user')).status).toBe(200);
  expect((await reader('POST', `${WIDGET}/issues`, { title: 'No' })).body).toMatchObject({
    message: expect.stringContaining('required=[write:issue]'),
  });
  gitea.revokeToken(token);
  expect((await reader('GET', WIDGET)).status).toBe(401);
});

test('what GitHub would refuse is fine here', async () => {
  const ada = gitea.as('ada');
  await ada.push('acme/widget', { branch: 'same', files: {}, from: 'main' });
  const empty = await ada.openPull('acme/widget', { title: 'Nothing', head: 'same', base: 'main' });
  await ada.close('acme/widget', empty.number);
  const twin = await ada.openPull('acme/widget', { title: 'Nothing again', head: 'same', base: 'main' });
  await ada.reopen('acme/widget', empty.number);
  await ada.deleteBranch('acme/widget', 'same');
  expect(gitea.repository('acme/widget').pull(twin.number).state).toBe('closed');
  await ada.reopen('acme/widget', twin.number);
  expect(gitea.repository('acme/widget').pull(twin.number)).toMatchObject({ state: 'open', mergeable: true });
  await ada.comment('acme/widget', 1, 'x'.repeat(100_000));
  await expect(
    ada.review('acme/widget', 3, { event: 'COMMENT', comments: [{ path: 'absent', line: 99, body: 'Here' }] }),
  ).resolves.toBeDefined();
});

test('an older server takes labels by their numbers alone', async () => {
  await using older = await startGitea({ labelNames: false });
  await older.addRepository('acme/widget', { labels: ['bug'] });
  const bot = clientFor(older);
  await bot('POST', `${WIDGET}/issues`, { title: 'One' });
  expect((await bot('POST', `${WIDGET}/issues/1/labels`, { labels: ['bug'] })).status).toBe(422);
  const [bug] = (await bot<{ id: number }[]>('GET', `${WIDGET}/labels`)).body;
  expect((await bot('POST', `${WIDGET}/issues/1/labels`, { labels: [bug!.id] })).body).toMatchObject([{ name: 'bug' }]);
});

test('all of that is Gitea as Gitea describes it, but for the path that there is not', () => {
  expect(gitea.violations).toEqual([`GET ${WIDGET}/stargazers: no such operation in the slice`]);
});
