import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createGitea } from '../../../src/forge/gitea/gitea.ts';
import { createLog } from '../../../src/log.ts';
import { json, startServer } from './raw-server.ts';

const AT = '2026-03-04T05:06:07Z';
const bot = { login: 'bot', id: 4 };
const bob = { login: 'bob', id: 5 };
const PULL = { number: 5, html_url: 'http://x', state: 'open', title: 't', base: { ref: 'main', repo_id: 1 } };
const DIFF = 'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+one\n';

/** A pull request whose reviews are these, each as its reader is shown it. */
function answers(reviews: readonly object[]) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '', 'http://x');
    const path = pathname.replace('/api/v1', '').replace('/repos/acme/app', '');
    if (path === '/user') return json({ ...bot, full_name: '', email: '' })(request, response);
    if (request.method === 'DELETE') return response.writeHead(204).end();
    if (request.method === 'POST') return json({ id: 99 })(request, response);
    if (path.endsWith('/reviews')) return json(reviews, 200, { 'x-total-count': String(reviews.length) })(request, response);
    if (path === '/pulls/5') return json({ ...PULL, head: { ref: 'topic', sha: 'abc', repo_id: 1 } })(request, response);
    if (path === '/pulls/5.diff') return response.writeHead(200, { 'content-type': 'text/plain' }).end(DIFF);
    if (path === '/issues/5') return json({ number: 5, title: 't', state: 'open', labels: [], pull_request: {} })(request, response);
    return json([])(request, response);
  };
}

function forgeAt(url: string) {
  return createGitea({ url, token: 't', webhookSecret: 's', botUser: null, maxReviewComments: 10, log: createLog('silent') });
}

function review(changes: object) {
  return { id: 1, state: 'COMMENT', body: '', user: bot, comments_count: 0, submitted_at: AT, updated_at: AT, ...changes };
}

const finding = { severity: 'error', path: 'a', line: 1, endLine: null, rule: null, message: 'wrong' } as const;
const WISH = { repository: 'acme/app', number: 5, sha: 'abc', key: 'review:1', body: 'One fault.', findings: [finding] };

describe('what is not submitted', () => {
  test('of our own is left by a request that broke off, and goes before the next one', async () => {
    const leftovers = [review({ id: 7, state: 'PENDING' }), review({ id: 8, state: 'PENDING', user: bob }), review({ id: 9 })];
    await using server = await startServer(answers(leftovers));
    await forgeAt(server.url).ensureReview?.(WISH);
    const writes = server.asked.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`);
    const reviews = '/api/v1/repos/acme/app/pulls/5/reviews';
    expect(writes).toEqual([`DELETE ${reviews}/7`, `POST ${reviews}`]);
    const posted = JSON.parse(server.asked.find(({ method }) => method === 'POST')?.body ?? '{}');
    expect(posted).toMatchObject({ event: 'COMMENT', commit_id: 'abc', comments: [{ path: 'a', new_position: 1 }] });
  });

  test('of our own is not taken for what was said', async () => {
    await using server = await startServer(answers([review({ state: 'PENDING', body: '<!-- signalbox:review%3A1 -->' })]));
    await forgeAt(server.url).ensureReview?.(WISH);
    expect(server.asked.some(({ method }) => method === 'POST')).toBe(true);
  });

  test('of somebody else is no remark, though an administrator of the server is shown it', async () => {
    const all = [
      review({ id: 1, state: 'PENDING', body: 'not yet', user: bob }),
      review({ id: 2, state: 'REQUEST_CHANGES', body: 'no', user: bob }),
    ];
    await using server = await startServer(answers(all));
    const remarks = await forgeAt(server.url).conversation({ forge: 'gitea', repository: 'acme/app', number: 5 }, 10);
    expect(remarks.map(({ body }) => body)).toEqual(['no']);
  });
});

test('a review of somebody who copied the marker is not ours', async () => {
  await using server = await startServer(answers([review({ user: bob, body: '<!-- signalbox:review%3A1 -->\nOne fault.' })]));
  await forgeAt(server.url).ensureReview?.(WISH);
  expect(server.asked.some(({ method }) => method === 'POST')).toBe(true);
});

test('of two that were posted at once the newer one goes', async () => {
  let posted = false;
  const twin = review({ id: 3, body: '<!-- signalbox:review%3A1 -->\nOne fault.' });
  await using server = await startServer((request, response) => {
    posted ||= request.method === 'POST';
    return answers(posted ? [twin, { ...twin, id: 99 }] : [])(request, response);
  });
  await forgeAt(server.url).ensureReview?.(WISH);
  expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', url: '/api/v1/repos/acme/app/pulls/5/reviews/99' });
});
