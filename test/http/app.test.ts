import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createForges } from '../../src/forge/index.ts';
import { buildApp, type AppServices } from '../../src/http/app.ts';
import { createLog } from '../../src/log.ts';
import { openDatabase } from '../../src/store/database.ts';
import { accessBy } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';
import { signatureOf } from '../support/deliver.ts';
import { WEBHOOK_SECRET } from '../support/signalbox.ts';
import { openWorld, type World } from '../tasks/world.ts';

const privateKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;
const log = createLog('silent');
const API_TOKEN = 'a-token-of-the-test';
/** Nothing of it is asked here: reading a delivery needs no network. */
const forges = createForges(
  { github: { appId: 1, privateKey, webhookSecret: WEBHOOK_SECRET, apiUrl: 'http://127.0.0.1:1', throttle: false }, gitea: null },
  log,
);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

function app(changes: Partial<AppServices> = {}) {
  const { db, notifications, queue, tracing } = world;
  return buildApp({ db, notifications, queue, access: accessBy(API_TOKEN), forges, probes: [], tracing, log, ...changes });
}

function delivery(body: string, guid: string = randomUUID()): RequestInit {
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'ping',
    'x-github-delivery': guid,
    'x-hub-signature-256': signatureOf(body),
  };
  return { method: 'POST', headers, body };
}

describe('a delivery', () => {
  test('is answered with what became of it', async () => {
    const guid = randomUUID();
    const first = await app().request('/webhooks/github', delivery('{}', guid));
    expect([first.status, await first.json()]).toEqual([202, { status: 'ignored', delivery: guid }]);
    const again = await app().request('/webhooks/github', delivery('{}', guid));
    expect([again.status, await again.json()]).toEqual([202, { status: 'already received', delivery: guid }]);
  });

  test('that is refused is logged with the reason, and without the body', async () => {
    const lines = new PassThrough();
    const answer = await app({ log: createLog('warn', lines) }).request('/webhooks/github', {
      ...delivery('{"hunter":2}'),
      body: '{"hunter":3}',
    });
    expect(answer.status).toBe(401);
    const logged = String(lines.read());
    expect(logged).toContain('delivery.bad-signature');
    expect(logged).not.toContain('hunter');
  });

  test('that cannot be written down is answered so that the forge sends it again, without a word of why', async () => {
    const place = await testDatabase();
    const gone = await openDatabase(place.url);
    await place[Symbol.asyncDispose]();
    const lines = new PassThrough();
    const answer = await app({ db: gone.db, log: createLog('error', lines) }).request('/webhooks/github', delivery('{}'));
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { error: { code: 'http.internal', message: 'This could not be done now. Try again; the log has the reason.' } },
    ]);
    expect(String(lines.read())).toContain('a request failed');
    await gone[Symbol.asyncDispose]();
  });
});

describe('health', () => {
  const fine = { name: 'queue', check: async () => ({ ok: true, detail: 'answers' }) };
  test('is asked of every part at once, and any that fails makes it not ready', async () => {
    const probes = [
      fine,
      { name: 'sandbox', check: async () => ({ ok: false, detail: 'no engine' }) },
      { name: 'database', check: async () => Promise.reject(new Error('no  such\nhost')) },
    ];
    const answer = await app({ probes }).request('/health/ready');
    expect([answer.status, await answer.json()]).toEqual([
      503,
      {
        status: 'not ready',
        checks: {
          queue: { status: 'ok', detail: 'answers' },
          sandbox: { status: 'failing', detail: 'no engine' },
          database: { status: 'failing', detail: 'no such host' },
        },
      },
    ]);
  });

  test('counts a part that does not answer as failing', { timeout: 15_000 }, async () => {
    const answer = await app({ probes: [fine, { name: 'sandbox', check: () => new Promise(() => {}) }] }).request('/health/ready');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ checks: { sandbox: { status: 'failing', detail: 'no answer within 5 s' } } });
  });

  test('without parts is alive all the same', async () => {
    const answer = await app({ probes: [{ name: 'x', check: async () => ({ ok: false, detail: '' }) }] }).request('/health');
    expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'ok' }]);
  });
});

describe('anything else', () => {
  test.each(['/', '/webhooks', '/webhooks/gitea', '/health/nothing', '/..%2f..%2fetc/passwd'])('at %s is not there', async (path) => {
    const answer = await app().request(path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 'http.not-found' } });
  });

  test('carries the headers that keep browsers from guessing', async () => {
    const answer = await app().request('/health');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  });
});

test('a request that fails is found in the log by the id that its answer names', async () => {
  const place = await testDatabase();
  const gone = await openDatabase(place.url);
  await place[Symbol.asyncDispose]();
  const lines = new PassThrough();
  const headers = { authorization: `Bearer ${API_TOKEN}` };
  const answer = await app({ db: gone.db, log: createLog('error', lines) }).request('/agents', { headers });
  expect(answer.status).toBe(503);
  expect(JSON.parse(String(lines.read()))).toMatchObject({ requestId: answer.headers.get('x-request-id'), path: '/agents' });
  await gone[Symbol.asyncDispose]();
});
