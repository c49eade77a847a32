import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createEmulator } from 'emulate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { USED_PERMISSIONS } from '../../../src/forge/github/events.ts';
import { createGithub } from '../../../src/forge/github/github.ts';
import type { DeliveryReading, Forge } from '../../../src/forge/forge.ts';
import { createLog } from '../../../src/log.ts';

/**
 * A second opinion, on a GitHub that others wrote, for the parts that it does well: App JWT and installation tokens,
 * issues, labels, comments, check runs, signed webhooks. What it does not do is in the project's notes on stand-ins.
 */
const SECRET = 'a secret of the tests';
const REPOSITORY = 'acme/app';
const APP_ID = 4242;

let stack: AsyncDisposableStack;
let url: string;
let forge: Forge;
let readings: DeliveryReading[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  readings = [];
  const webhook = await startReceiver();
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { 'ada-token': { login: 'ada', scopes: ['repo', 'user'] } },
      github: {
        users: [{ login: 'ada' }, { login: 'signalbox[bot]' }],
        orgs: [{ login: 'acme', members: [{ login: 'ada', role: 'admin' }] }],
        repos: [{ owner: 'acme', name: 'app', auto_init: true }],
        apps: [
          {
            app_id: APP_ID,
            slug: 'signalbox',
            name: 'Signalbox',
            permissions: USED_PERMISSIONS,
            events: ['issues', 'issue_comment'],
            webhook_url: webhook,
            webhook_secret: SECRET,
            installations: [{ installation_id: 100, account: 'acme', repository_selection: 'all' }],
          },
        ],
      },
    },
  });
  stack.defer(() => emulator.close());
  url = emulator.url;
  const privateKey = emulator.generatedSecrets.find(({ kind }) => kind === 'github.app_private_key')?.value ?? '';
  forge = createGithub({ appId: APP_ID, privateKey, webhookSecret: SECRET, apiUrl: url, throttle: false, log: createLog('silent') });
});
afterEach(() => stack.disposeAsync());

/** Reads every delivery as the server would. */
async function startReceiver(): Promise<string> {
  const server = createServer((request, response) => {
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    void buffer(request).then((body) => {
      readings.push(forge.readDelivery(headers, body));
      return response.writeHead(202).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/github`;
}

async function asAda<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { authorization: 'token ada-token', 'content-type': 'application/json' };
  const response = await fetch(new URL(`/repos/${REPOSITORY}${path}`, url), { method, headers, body: body && JSON.stringify(body) });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return (await response.json()) as T;
}

async function openIssue(): Promise<number> {
  return (await asAda<{ number: number }>('POST', '/issues', { title: 'Bug', body: 'It fails' })).number;
}

describe('on the emulator of others', () => {
  test('the App’s JWT is taken', async () => {
    expect(await forge.check()).toMatchObject({ ok: true });
  });

  test('the App is not installed everywhere', async () => {
    await expect(forge.repository('nobody/nothing')).rejects.toMatchObject({ code: 'forge.not-installed' });
  });

  test('an issue is read with its labels', async () => {
    const number = await openIssue();
    await asAda('POST', '/labels', { name: 'agent:worker', color: 'ededed' });
    await asAda('POST', `/issues/${number}/labels`, { labels: ['agent:worker'] });
    expect(await forge.subject({ forge: 'github', repository: REPOSITORY, number })).toMatchObject({
      kind: 'issue',
      title: 'Bug',
      body: 'It fails',
      author: { login: 'ada' },
      labels: ['agent:worker'],
      open: true,
    });
    expect(await forge.subject({ forge: 'github', repository: REPOSITORY, number: 999 })).toBeNull();
  });

  test('the status comment is one, and is edited', async () => {
    const ref = { forge: 'github', repository: REPOSITORY, number: await openIssue() };
    const first = await forge.ensureComment(ref, { key: 'task:1', body: 'one', knownId: null });
    const second = await forge.ensureComment(ref, { key: 'task:1', body: 'two', knownId: null });
    const third = await forge.ensureComment(ref, { key: 'task:1', body: 'three', knownId: first.id });
    expect([second.id, third.id]).toEqual([first.id, first.id]);
    await asAda('POST', `/issues/${ref.number}/comments`, { body: '/agent run' });
    const remarks = await forge.conversation(ref, 10);
    expect(remarks.map(({ author, body }) => [author.isBot, body.split('\n').at(-1)])).toEqual([
      [true, 'three'],
      [false, '/agent run'],
    ]);
  });

  test('a check is one, and goes to its end', async () => {
    const { object } = await asAda<{ object: { sha: string } }>('GET', '/git/ref/heads/main');
    const wish = {
      repository: REPOSITORY,
      sha: object.sha,
      name: 'signalbox/tests',
      externalId: 'x',
      title: 'T',
      summary: 'S',
      text: null,
      detailsUrl: null,
    };
    const annotation = { severity: 'error', path: 'README.md', line: 1, endLine: null, rule: 'r', message: 'm' } as const;
    const running = { ...wish, status: 'in-progress', conclusion: null, annotations: [] } as const;
    const { id } = await forge.ensureCheck({ ...running, knownId: null });
    const done = { ...wish, status: 'completed', conclusion: 'failure', annotations: [annotation] } as const;
    expect(await forge.ensureCheck({ ...done, knownId: null })).toEqual({ id });
    expect(await forge.ensureCheck({ ...running, knownId: id })).toEqual({ id });
    const { check_runs: runs } = await asAda<{ check_runs: object[] }>('GET', `/commits/${object.sha}/check-runs`);
    expect(runs).toMatchObject([{ id, status: 'completed', conclusion: 'failure', output: { annotations_count: 1 } }]);
  });

  test('its signed webhooks are read and translated', async () => {
    const number = await openIssue();
    await asAda('POST', `/issues/${number}/comments`, { body: '/agent run' });
    const subject = { forge: 'github', repository: REPOSITORY, number };
    const commented = expect.objectContaining({
      kind: 'commented',
      subject,
      body: '/agent run',
      sender: expect.objectContaining({ isBot: false }),
    });
    await expect
      .poll(() => readings.map((reading) => (reading.ok ? forge.translate(reading.event, reading.payload) : reading)), { timeout: 10_000 })
      .toContainEqual({ key: expect.stringMatching(/^comment\/\d+$/), event: commented });
    expect(readings.every((reading) => reading.ok)).toBe(true);
  });
});
