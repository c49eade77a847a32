import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startReceiver } from '../forge/test-clients.ts';
import { startGitea, type Gitea, type GiteaOptions } from './gitea.ts';
import { clientFor } from './test-clients.ts';

const WIDGET = 'acme/widget';
/** The parts of payloads that are looked at here. */
interface Payload {
  issue: { labels: Named };
  changes: { added_labels: Named | null; removed_labels: Named | null };
  repository: { permissions: object };
  [key: string]: unknown;
}
type Named = { name: string }[];
type Receiver = Awaited<ReturnType<typeof startReceiver>>;

async function open(options: GiteaOptions = {}): Promise<Gitea> {
  const gitea = await startGitea(options);
  gitea.addUser('ada');
  await gitea.addRepository(WIDGET, { collaborators: { ada: 'write' }, labels: ['bug', 'late'] });
  return gitea;
}

let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver('s3cret');
});

afterEach(() => receiver[Symbol.asyncDispose]());

/** `issues/issue_label.label_updated`: the coarse event, the exact one, and the action. */
function kinds({ received }: Receiver): string[] {
  return received.map(
    ({ headers, payload }) => `${String(headers['x-gitea-event'])}/${String(headers['x-gitea-event-type'])}.${payload.action ?? ''}`,
  );
}

function last({ received }: Receiver): Payload {
  return received.at(-1)!.payload as unknown as Payload;
}

test('everything that happens is told, each under its own name', async () => {
  await using gitea = await open();
  gitea.deliverTo({ url: receiver.url, secret: 's3cret' });
  const ada = gitea.as('ada');
  await ada.openIssue(WIDGET, { title: 'One', labels: ['bug'] });
  await ada.editIssue(WIDGET, 1, { title: 'First', body: 'More' });
  await ada.unlabel(WIDGET, 1, 'bug');
  await ada.close(WIDGET, 1);
  await ada.reopen(WIDGET, 1);
  const { id } = await ada.comment(WIDGET, 1, 'Hello');
  await ada.editComment(WIDGET, id, 'Hello there');
  await ada.deleteComment(WIDGET, id);
  await ada.push(WIDGET, { branch: 'topic', files: { a: '1\n' } });
  await ada.openPull(WIDGET, { title: 'Topic', head: 'topic', base: 'main' });
  await ada.label(WIDGET, 2, 'late');
  await ada.comment(WIDGET, 2, 'On a pull request');
  const bot = clientFor(gitea);
  for (const event of ['APPROVED', 'REQUEST_CHANGES', 'COMMENT']) {
    await bot('POST', `/repos/${WIDGET}/pulls/2/reviews`, { event, body: 'So' });
  }
  await ada.push(WIDGET, { branch: 'topic', files: { a: '2\n' } });
  await ada.merge(WIDGET, 2);
  await ada.deleteBranch(WIDGET, 'topic');
  await gitea.settled();
  expect(receiver.received.every(({ signed }) => signed)).toBe(true);
  expect(kinds(receiver)).toEqual([
    'issues/issues.opened',
    'issues/issue_label.label_updated',
    'issues/issues.edited',
    'issues/issues.edited',
    'issues/issue_label.label_updated',
    'issues/issues.closed',
    'issues/issues.reopened',
    'issue_comment/issue_comment.created',
    'issue_comment/issue_comment.edited',
    'issue_comment/issue_comment.deleted',
    'create/create.',
    'push/push.',
    'pull_request/pull_request.opened',
    'pull_request/pull_request_label.label_updated',
    'issue_comment/pull_request_comment.created',
    'pull_request_approved/pull_request_review_approved.reviewed',
    'pull_request_rejected/pull_request_review_rejected.reviewed',
    'pull_request_comment/pull_request_review_comment.reviewed',
    'push/push.',
    'pull_request/pull_request_sync.synchronized',
    'pull_request/pull_request.closed',
    'push/push.',
    'delete/delete.',
  ]);
  gitea.assertConformant();
});

describe('a payload', () => {
  test('says who did it, and never that somebody is a bot', async () => {
    await using gitea = await open();
    gitea.deliverTo({ url: receiver.url, secret: 's3cret' });
    await clientFor(gitea)('POST', `/repos/${WIDGET}/issues`, { title: 'One' });
    await gitea.settled();
    const { sender, repository, ...payload } = last(receiver);
    expect(payload).toMatchObject({ action: 'opened', number: 1, commit_id: '', issue: { number: 1, labels: [], pull_request: null } });
    expect(sender).toMatchObject({ id: gitea.botId, login: 'signalbox', username: 'signalbox' });
    expect(sender).not.toHaveProperty('type');
    expect(payload).not.toHaveProperty('installation');
    // Of whoever opened the issue, whoever is told of.
    expect(repository.permissions).toMatchObject({ admin: true });
    await gitea.as('ada').comment(WIDGET, 1, 'Hi');
    await gitea.settled();
    expect(last(receiver)).toMatchObject({
      is_pull: false,
      comment: { body: 'Hi' },
      repository: { permissions: { admin: false, push: true } },
    });
  });

  test('of a review says its kind and its words, and neither number nor lines', async () => {
    await using gitea = await open();
    gitea.deliverTo({ url: receiver.url, secret: 's3cret' });
    await gitea.as('ada').push(WIDGET, { branch: 'topic', files: { a: '1\n' } });
    await clientFor(gitea)('POST', `/repos/${WIDGET}/pulls`, { title: 'Topic', head: 'topic', base: 'main' });
    await gitea.as('ada').review(WIDGET, 1, { event: 'REQUEST_CHANGES', body: 'No', comments: [{ path: 'a', line: 1, body: 'Here' }] });
    await gitea.settled();
    expect(last(receiver)['review']).toEqual({ type: 'pull_request_review_rejected', content: 'No' });
    expect(last(receiver)).toMatchObject({ pull_request: { number: 1, head: { ref: 'topic' } }, sender: { login: 'ada' } });
  });

  test('of a push says its commits, the newest first', async () => {
    await using gitea = await open();
    gitea.deliverTo({ url: receiver.url, secret: 's3cret' });
    const sha = await gitea.as('ada').push(WIDGET, { branch: 'main', files: { a: '1\n' }, message: 'Add a' });
    await gitea.settled();
    expect(last(receiver)).toMatchObject({ ref: 'refs/heads/main', after: sha, total_commits: 1, head_commit: { id: sha, added: ['a'] } });
  });
});

describe('a change of labels', () => {
  async function told(options: GiteaOptions, method: string, path: string, body?: object): Promise<Payload> {
    await using gitea = await open(options);
    const bot = clientFor(gitea);
    await gitea.as('ada').openIssue(WIDGET, { title: 'One', labels: ['bug'] });
    gitea.deliverTo({ url: receiver.url, secret: 's3cret' });
    const { body: labels } = await bot<{ id: number; name: string }[]>('GET', `/repos/${WIDGET}/labels`);
    const bug = labels.find(({ name }) => name === 'bug')!.id;
    await bot(method, `/repos/${WIDGET}/issues/1/labels${path.replace('BUG', String(bug))}`, body);
    await gitea.settled();
    return last(receiver);
  }

  const named = (labels: Named | null) => labels && labels.map(({ name }) => name);

  test.each<[string, string, string, object | undefined, string, string[]]>([
    ['put on', 'POST', '', { labels: ['late'] }, 'label_updated', ['bug', 'late']],
    ['put on again', 'POST', '', { labels: ['bug'] }, 'label_updated', ['bug']],
    ['taken off', 'DELETE', '/BUG', undefined, 'label_updated', []],
    ['replaced', 'PUT', '', { labels: ['late'] }, 'label_updated', []],
    ['cleared', 'DELETE', '', undefined, 'label_cleared', ['bug']],
  ])('that was %s does not say which, and its labels are not always those of now', async (_, method, path, body, action, labels) => {
    const payload = await told({}, method, path, body);
    expect(payload['action']).toBe(action);
    expect(payload).not.toHaveProperty('changes');
    expect(named(payload['issue'].labels)).toEqual(labels);
  });

  test.each<[string, string, string, object | undefined, string[] | null, string[] | null]>([
    ['put on', 'POST', '', { labels: ['late'] }, ['late'], null],
    ['put on again', 'POST', '', { labels: ['bug', 'late'] }, ['bug', 'late'], null],
    ['taken off', 'DELETE', '/BUG', undefined, null, ['bug']],
    ['replaced', 'PUT', '', { labels: ['bug', 'late'] }, ['bug', 'late'], ['bug']],
  ])('that was %s says on newer servers what was asked for', async (_, method, path, body, added, removed) => {
    const { changes } = await told({ labelChanges: 'told' }, method, path, body);
    expect([named(changes.added_labels), named(changes.removed_labels)]).toEqual([added, removed]);
  });

  test('may come with the labels from before it', async () => {
    const payload = await told({ labels: 'stale' }, 'POST', '', { labels: ['late'] });
    expect(named(payload['issue'].labels)).toEqual(['bug']);
  });
});

describe('a delivery', () => {
  test('carries three families of headers, and Forgejo’s own where it is one', async () => {
    await using gitea = await open({ forgejo: true });
    gitea.deliverTo({ url: receiver.url, secret: 's3cret' });
    await gitea.as('ada').openIssue(WIDGET, { title: 'One' });
    await gitea.settled();
    const { headers } = receiver.received[0]!;
    const { guid, body } = gitea.deliveries[0]!;
    const sign = (algorithm: string) => createHmac(algorithm, 's3cret').update(body).digest('hex');
    for (const family of ['gitea', 'gogs', 'forgejo']) expect(headers[`x-${family}-signature`]).toBe(sign('sha256'));
    for (const family of ['gitea', 'gogs', 'github', 'forgejo']) {
      expect(headers).toMatchObject({
        [`x-${family}-delivery`]: guid,
        [`x-${family}-event`]: 'issues',
        [`x-${family}-event-type`]: 'issues',
      });
    }
    expect(headers).toMatchObject({ 'x-hub-signature': `sha1=${sign('sha1')}`, 'x-hub-signature-256': `sha256=${sign('sha256')}` });
  });

  test('without a secret carries empty signatures', async () => {
    await using gitea = await open();
    gitea.deliverTo({ url: receiver.url, secret: '' });
    await gitea.as('ada').openIssue(WIDGET, { title: 'One' });
    await gitea.settled();
    expect(receiver.received[0]!.headers).toMatchObject({ 'x-gitea-signature': '', 'x-hub-signature-256': 'sha256=' });
    expect(receiver.received[0]!.headers).not.toHaveProperty('x-forgejo-event');
  });

  test('is sent again under a new id, with the same bytes', async () => {
    await using gitea = await open();
    gitea.deliverTo({ url: receiver.url, secret: 's3cret' });
    await gitea.as('ada').openIssue(WIDGET, { title: 'One' });
    gitea.redeliver(gitea.deliveries[0]!.guid);
    await gitea.settled();
    const [first, second] = gitea.deliveries;
    expect(second!.body).toBe(first!.body);
    expect(new Set(receiver.received.map(({ guid }) => guid)).size).toBe(2);
  });

  test('to a host that is not allowed is not sent, and one that fails holds up none behind it', async () => {
    await using gitea = await open({ allowedHosts: ['external'] });
    gitea.deliverTo({ url: receiver.url, secret: 's3cret' });
    await gitea.as('ada').openIssue(WIDGET, { title: 'One' });
    await gitea.settled();
    expect(receiver.received).toEqual([]);
    expect(gitea.deliveries[0]!.attempts).toMatchObject([{ status: null, error: expect.stringContaining('allowed HTTP servers') }]);
    await using open2 = await open();
    open2.deliverTo({ url: 'http://127.0.0.1:1/', secret: 's3cret' });
    await open2.as('ada').openIssue(WIDGET, { title: 'One' });
    await open2.settled();
    open2.deliverTo({ url: receiver.url, secret: 's3cret' });
    await open2.as('ada').openIssue(WIDGET, { title: 'Two' });
    await open2.settled();
    expect(open2.deliveries.map(({ attempts }) => attempts.map(({ status }) => status))).toEqual([[null], [202]]);
  });
});

test('each hook of a repository hears what it asked for, while it is active', async () => {
  await using other = await startReceiver('another');
  await using gitea = await open();
  const bot = clientFor(gitea);
  const hook = (url: string, secret: string, events: string[], more: object = {}) =>
    bot<{ id: number }>('POST', `/repos/${WIDGET}/hooks`, {
      type: 'gitea',
      config: { url, secret, content_type: 'json' },
      events,
      ...more,
    });
  await hook(receiver.url, 's3cret', ['issues'], { active: true });
  const { body: pushes } = await hook(other.url, 'another', ['push'], { active: true });
  await hook(other.url, 'another', ['issues']);
  await gitea.as('ada').openIssue(WIDGET, { title: 'One' });
  await gitea.as('ada').push(WIDGET, { branch: 'topic', files: { a: '1\n' } });
  await bot('POST', `/repos/${WIDGET}/hooks/${pushes.id}/tests`);
  await gitea.settled();
  expect([kinds(receiver), kinds(other)]).toEqual([['issues/issues.opened'], ['push/push.', 'push/push.']]);
  expect([...receiver.received, ...other.received].every(({ signed }) => signed)).toBe(true);
  expect(last(other)).toMatchObject({ ref: 'refs/heads/main', before: last(other)['after'], total_commits: 1 });
});

test('a hook that takes forms gets the JSON in one, and the signature of the JSON', async () => {
  await using gitea = await open();
  const config = { url: receiver.url, content_type: 'form', secret: 's3cret' };
  const fields = { type: 'gitea', config, events: ['issues'], active: true, authorization_header: 'Bearer x' };
  await clientFor(gitea)('POST', `/repos/${WIDGET}/hooks`, fields);
  await gitea.as('ada').openIssue(WIDGET, { title: 'One & two' });
  await gitea.settled();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer x' };
  expect(receiver.received).toMatchObject([{ signed: true, headers, payload: { issue: { title: 'One & two' } } }]);
});
