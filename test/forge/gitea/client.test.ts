import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createGitea, type GiteaOptions } from '../../../src/forge/gitea/gitea.ts';
import { createLog } from '../../../src/log.ts';
import { startGiteaWorld, settingsFor } from './world.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A server that answers what it is told to, in turn, and the last for ever. */
async function startServer(...answers: ((request: IncomingMessage, response: ServerResponse) => unknown)[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push({ method, url, authorization: headers.authorization, body: Buffer.concat(chunks).toString() });
      answer?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(value: unknown, status = 200, headers: Record<string, string> = {}) {
  return (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

const TOKEN = 'a-token-of-the-tests';
const REPOSITORY = { default_branch: 'main', private: true };
const ME = { login: 'bot', id: 4, full_name: '', email: '' };

function forgeAt(url: string, changes: Partial<GiteaOptions> = {}) {
  const options = { token: TOKEN, webhookSecret: 's', botUser: null, maxReviewComments: 10, log: createLog('silent') };
  return createGitea({ url, ...options, ...changes });
}

describe('patience', () => {
  test('a read is tried again when the server stumbles', async () => {
    await using server = await startServer(json({}, 503), (request) => request.socket.destroy(), json(REPOSITORY));
    expect(await forgeAt(server.url).repository('acme/app')).toEqual({ defaultBranch: 'main', private: true });
    expect(server.asked).toHaveLength(3);
  });

  test('and given up after a few times', async () => {
    await using server = await startServer(json({ message: 'broken' }, 502));
    const failure = forgeAt(server.url).repository('acme/app');
    await expect(failure).rejects.toMatchObject({
      code: 'forge.server-error',
      retryable: true,
      message: expect.stringContaining('502, broken'),
    });
    expect(server.asked).toHaveLength(3);
  });

  test('a write is never repeated', async () => {
    for (const fault of [json({}, 503), (request: IncomingMessage) => request.socket.destroy()]) {
      await using server = await startServer(fault);
      const failure = forgeAt(server.url).ensureWebhook?.('acme/app', 'https://signalbox.example/');
      await expect(failure).rejects.toMatchObject({ retryable: true });
      expect(server.asked.map(({ method }) => method)).toEqual(['POST']);
    }
  });

  test('a short rate limit is waited out, for a write too', async () => {
    const limited = json({}, 429, { 'retry-after': '1' });
    await using server = await startServer(limited, json({ id: 5 }, 201), json([], 200, { 'x-total-count': '0' }));
    expect(await forgeAt(server.url).ensureWebhook?.('acme/app', 'https://signalbox.example/')).toEqual({ id: 5, made: 'created' });
  });

  test('a check is not held up by it once its signal is aborted', async () => {
    await using server = await startServer(json({}, 429, { 'retry-after': '50' }));
    const stop = new AbortController();
    const checking = forgeAt(server.url).check(stop.signal);
    await expect.poll(() => server.asked.length).toBe(1);
    stop.abort();
    expect(await checking).toMatchObject({ ok: false });
  });
});

describe('redirects', () => {
  test('of a renamed repository are followed with the same method and body', async () => {
    await using server = await startServer(
      (request, response) => response.writeHead(301, { location: request.url?.replace('/old/', '/new/') }).end(),
      json({ id: 7 }, 201),
      json([], 200, { 'x-total-count': '0' }),
    );
    await forgeAt(server.url).ensureWebhook?.('acme/old', 'https://signalbox.example/');
    const [first, second] = server.asked;
    expect(second).toMatchObject({ method: 'POST', body: first?.body, authorization: `token ${TOKEN}` });
  });

  test('to another server are not: the token stays here', async () => {
    await using elsewhere = await startServer(json(ME));
    await using server = await startServer((_, response) => response.writeHead(302, { location: `${elsewhere.url}/api/v1/user` }).end());
    const { ok, detail } = await forgeAt(server.url).check();
    expect(ok).toBe(false);
    expect(detail).toContain(elsewhere.url);
    expect(detail).toContain('GITEA_URL');
    expect(elsewhere.asked).toEqual([]);
  });

  test('without an end have one', async () => {
    await using server = await startServer((request, response) => response.writeHead(307, { location: request.url }).end());
    await expect(forgeAt(server.url).repository('acme/app')).rejects.toMatchObject({ code: 'forge.refused' });
    expect(server.asked.length).toBeLessThan(10);
  });
});

describe('answers that are none of Gitea’s', () => {
  const html = (_: IncomingMessage, response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  const table: [string, (request: IncomingMessage, response: ServerResponse) => unknown][] = [
    ['a page of a proxy', html],
    ['JSON that is broken', (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"default')],
    ['JSON of something else', json({ hello: 'world' })],
    ['nothing', (_, response) => response.writeHead(200).end()],
  ];
  test.each(table)('%s', async (_name, answer) => {
    await using server = await startServer(answer);
    await expect(forgeAt(server.url).repository('acme/app')).rejects.toMatchObject({
      code: 'forge.server-error',
      message: expect.stringContaining('not what it documents'),
    });
  });

  test('one without an end is not read to it', async () => {
    await using server = await startServer((_, response) => {
      const more = () => void (response.writable && response.write('x'.repeat(1 << 20), more));
      response.writeHead(200);
      more();
    });
    await expect(forgeAt(server.url).repository('acme/app')).rejects.toMatchObject({ code: 'forge.refused', retryable: false });
    expect(server.asked).toHaveLength(1);
  });
});

describe('the account', () => {
  test('that a token may not name is asked for without it', async () => {
    await using server = await startServer(json({ message: 'required=[read:user]' }, 403), json({ ...ME, email: 'bot@noreply.example' }));
    expect(await forgeAt(server.url, { botUser: 'bot' }).identity()).toEqual({
      login: 'bot',
      id: 4,
      name: 'bot',
      email: 'bot@noreply.example',
    });
    expect(server.asked.map(({ url, authorization }) => [url, authorization])).toEqual([
      ['/api/v1/user', `token ${TOKEN}`],
      ['/api/v1/users/bot', undefined],
    ]);
  });

  test.each([null, 'nobody'])('that cannot be found (%o) says what to set', async (botUser) => {
    await using world = await startGiteaWorld({ bot: { scopes: ['write:repository', 'write:issue'] } });
    const forge = createGitea(settingsFor(world.gitea, { botUser }));
    const nextStep = expect.stringMatching(/read:user.*GITEA_BOT_USER/);
    await expect(forge.identity()).rejects.toMatchObject({ code: 'forge.forbidden', nextStep });
    expect(await forge.check()).toMatchObject({ ok: false, detail: expect.stringContaining('GITEA_BOT_USER') });
    expect(await createGitea(settingsFor(world.gitea, { botUser: world.gitea.botLogin })).check()).toMatchObject({ ok: true });
  });

  test('is asked for once, unless that failed', async () => {
    await using server = await startServer(json({}, 401), json(ME));
    const forge = forgeAt(server.url);
    await expect(forge.identity()).rejects.toMatchObject({ code: 'forge.unauthorized', nextStep: expect.stringContaining('GITEA_TOKEN') });
    await Promise.all([forge.identity(), forge.identity()]);
    expect((await forge.identity()).email).toBe('bot@noreply.127.0.0.1');
    expect(server.asked).toHaveLength(2);
  });
});

test('a Gitea below a path is found there, by the API, by git and by people', async () => {
  await using server = await startServer(json(REPOSITORY), json(ME));
  const forge = forgeAt(`${server.url}/git/`);
  await forge.repository('acme/app');
  expect(server.asked[0]?.url).toBe('/git/api/v1/repos/acme/app');
  expect((await forge.gitAccess('acme/app')).url).toBe(`${server.url}/git/acme/app.git`);
  expect(forge.webUrl('acme/app', { branch: 'a b' })).toBe(`${server.url}/git/acme/app/src/branch/a%20b`);
});

test('git is let in as the account, with the token in the header alone', async () => {
  await using server = await startServer(json(ME));
  const { url, authorization } = await forgeAt(server.url).gitAccess('acme/app');
  expect(url).not.toContain(TOKEN);
  expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe(`bot:${TOKEN}`);
});

test('no credential is logged, or told in an error', async () => {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
  await using server = await startServer(json({}, 503), json({}, 503), json({ message: 'no' }, 403));
  const failure = await forgeAt(server.url, { log: createLog('trace', sink) })
    .repository('acme/app')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'forge.forbidden', nextStep: expect.stringContaining('scopes') });
  expect(lines.length).toBeGreaterThan(0);
  expect(`${lines.join('')}${JSON.stringify(failure)}${String((failure as Error).stack)}`).not.toContain(TOKEN);
});

test('a list that a server gives in smaller pages than asked for is read whole', async () => {
  const pulls = Array.from({ length: 7 }, (_, n) => ({
    number: n + 1,
    html_url: 'http://x',
    state: 'open',
    title: 't',
    head: { ref: `b${n + 1}`, sha: 'a', repo_id: 1, label: `b${n + 1}` },
    base: { ref: 'main', repo_id: 1 },
  }));
  await using server = await startServer((request, response) => {
    const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page'));
    json(pulls.slice((page - 1) * 3, page * 3), 200, { 'x-total-count': '7' })(request, response);
  });
  expect(await forgeAt(server.url).pullRequestOf('acme/app', 'b7')).toMatchObject({ number: 7, draft: false });
  expect(server.asked).toHaveLength(3);
});

test('a pull request that came without a branch of the repository is not one of its own', async () => {
  const head = { ref: 'refs/pull/1/head', sha: 'a', repo_id: 1, label: '' };
  const pull = { number: 1, html_url: 'http://x', state: 'open', title: '[WIP] t', head, base: { ref: 'main', repo_id: 1 } };
  await using server = await startServer(json({ number: 1, title: 't', state: 'open', labels: null, pull_request: {} }), json(pull));
  const subject = await forgeAt(server.url).subject({ forge: 'gitea', repository: 'acme/app', number: 1 });
  expect(subject?.pull).toMatchObject({ draft: true, head: { sameRepository: false } });
});
