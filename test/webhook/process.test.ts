import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createForges } from '../../src/forge/index.ts';
import { createLog } from '../../src/log.ts';
import type { Database } from '../../src/store/database.ts';
import { openNotifications, type Notifications } from '../../src/store/notifications.ts';
import { deliveries } from '../../src/store/schema.ts';
import { startProcessing } from '../../src/webhook/process.ts';
import { receiveDelivery } from '../../src/webhook/receive.ts';
import { signatureOf } from '../support/deliver.ts';
import { startGithub, type Github } from '../support/github/github.ts';
import { WEBHOOK_SECRET } from '../support/signalbox.ts';
import { until } from '../flow/stage.ts';
import { openStore } from '../store/open.ts';
import { Tracing } from '../../src/tracing/tracing.ts';
import { ORIGIN } from '../support/origin.ts';

const log = createLog('silent');
let github: Github;
let store: Database;
let notifications: Notifications;

beforeEach(async () => {
  const stack = new AsyncDisposableStack();
  github = stack.use(await startGithub());
  store = stack.use(await openStore());
  notifications = stack.use(await openNotifications(store.url, log));
  github.addUser('ada');
  await github.addRepository('acme/app', { files: { 'README.md': '' }, collaborators: { ada: 'write' } });
  return () => stack.disposeAsync();
});

function forgesFor(privateKey = github.privateKey) {
  return createForges(
    { github: { appId: github.appId, privateKey, webhookSecret: WEBHOOK_SECRET, apiUrl: github.url, throttle: false }, gitea: null },
    log,
  );
}

function process(forges = forgesFor()): AsyncDisposable {
  return startProcessing({ db: store.db, notifications, forges, allowedBots: [], tracing: new Tracing(), log });
}

/** Takes in what the stand-in would have sent last. */
async function receive(): Promise<void> {
  const { guid, event, body } = github.deliveries.at(-1)!;
  const headers = new Headers({
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-hub-signature-256': signatureOf(body),
  });
  expect(await receiveDelivery(store.db, forgesFor()[0]!, headers, Buffer.from(body), ORIGIN)).toMatchObject({
    status: 202,
    body: { status: 'accepted' },
  });
}

async function all() {
  return store.db.select().from(deliveries).orderBy(deliveries.seq);
}

async function settled(): Promise<{ state: string; note: string | null; attempts: number }[]> {
  await until(async () => (await all()).every(({ state }) => state !== 'received'), 'all deliveries to be over');
  return all();
}

async function askFor(comment: string): Promise<void> {
  const { number } = await github.as('ada').openIssue('acme/app', { title: 'x' });
  await github.as('ada').comment('acme/app', number, comment);
}

describe('recorded deliveries', () => {
  test('are handled once somebody is there, also those from before', async () => {
    await askFor('/agent run');
    await receive();
    await using stack = new AsyncDisposableStack();
    stack.use(process());
    await settled();
    await askFor('/agent status');
    await receive();
    expect(await settled()).toMatchObject([
      { state: 'handled', note: 'run: done', attempts: 1 },
      { state: 'handled', note: 'status: done', attempts: 1 },
    ]);
  });

  test('of one subject are handled in their order, by however many servers', async () => {
    const { number } = await github.as('ada').openIssue('acme/app', { title: 'x' });
    for (const body of ['/agent run', '/agent kill', '/agent run again', '/agent kill', '/agent status']) {
      await github.as('ada').comment('acme/app', number, body);
      await receive();
    }
    await using stack = new AsyncDisposableStack();
    for (let server = 0; server < 3; server++) stack.use(process());
    expect((await settled()).map(({ note }) => note)).toEqual(['run: done', 'kill: done', 'run: done', 'kill: done', 'status: done']);
    const { rows } = await store.pool.query('select instruction, state from signalbox.tasks order by created_at');
    expect(rows).toEqual([
      { instruction: null, state: 'killed' },
      { instruction: 'again', state: 'killed' },
    ]);
  });

  test('are tried again when the forge fails, and given up when it refuses', async () => {
    await askFor('/agent run');
    await receive();
    github.fail({ match: /\/permission$/, status: 500, times: 4 });
    await using stack = new AsyncDisposableStack();
    stack.use(process());
    expect(await settled()).toMatchObject([{ state: 'handled', attempts: 2 }]);
    await askFor('/agent run');
    await receive();
    github.uninstall('acme', 'ada');
    github.expireInstallationTokens();
    expect((await settled()).at(-1)).toMatchObject({
      state: 'failed',
      attempts: 1,
      note: expect.stringContaining('not installed') as string,
    });
  });

  test('fail where the App’s key is refused, with the forge’s words', async () => {
    await askFor('/agent run');
    await receive();
    const other = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    }).privateKey;
    await using stack = new AsyncDisposableStack();
    stack.use(process(forgesFor(other)));
    expect(await settled()).toMatchObject([{ state: 'failed', attempts: 1 }]);
  });

  test('of a forge that is not configured any more say so', async () => {
    const row = { forge: 'gitea', deliveryId: randomUUID(), event: 'issues', body: '{}', lane: 'x' };
    await store.db.insert(deliveries).values(row);
    await using stack = new AsyncDisposableStack();
    stack.use(process());
    expect(await settled()).toMatchObject([{ state: 'failed', note: 'the forge gitea is not configured any more' }]);
  });

  test('that a dead server had taken are taken over when its claim has run out', async () => {
    await askFor('/agent run');
    await receive();
    await store.pool.query("update signalbox.deliveries set attempts = 1, due_at = now() + interval '1 second'");
    await using stack = new AsyncDisposableStack();
    stack.use(process());
    expect(await settled()).toMatchObject([{ state: 'handled', attempts: 2, note: 'run: done' }]);
  });
});
