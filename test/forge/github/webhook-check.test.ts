import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Forge } from '../../../src/forge/forge.ts';
import { createGithub } from '../../../src/forge/github/github.ts';
import { settingsFor, startGithubWorld, type GithubWorld } from './world.ts';

const URL_OF_OURS = 'http://127.0.0.1:1/webhooks/github';
const CONFIG = { url: URL_OF_OURS, content_type: 'json', secret: '********', insecure_ssl: '0' };
const TAKEN = {
  id: 1,
  guid: 'one',
  delivered_at: '2026-01-02T03:04:05Z',
  redelivery: false,
  duration: 0.1,
  status: 'OK',
  status_code: 202,
  event: 'issues',
  action: 'labeled',
  installation_id: 1,
  repository_id: 1,
};

let world: GithubWorld;
let forge: Forge;

beforeEach(async () => {
  world = await startGithubWorld();
  forge = world.open();
});
afterEach(() => world[Symbol.asyncDispose]());

function answer(path: string, body: object, status = 200): void {
  world.github.fail({ match: ({ path: asked }) => asked.startsWith(path), status, body });
}

function check(config: object, deliveries: readonly object[]): ReturnType<NonNullable<Forge['checkWebhook']>> {
  answer('/app/hook/config', config);
  answer('/app/hook/deliveries', deliveries);
  return forge.checkWebhook!();
}

describe('the webhook of the App', () => {
  test.each([
    ['has no address', { url: undefined }, 'The GitHub App has no webhook URL: set https://YOUR-SERVER/webhooks/github'],
    ['has no secret', { secret: null }, 'set the one of WEBHOOK_SECRET'],
    ['sends forms', { content_type: 'form' }, 'set the content type application/json'],
    ['leads to another path', { url: 'https://box.example/github' }, 'sends webhooks to https://box.example/github, where nothing listens'],
    ['leads to what is no address', { url: 'box' }, 'sends webhooks to something that is not a URL, where nothing listens'],
  ])('that %s has a next step', async (_name, changes, words) => {
    expect(await check({ ...CONFIG, ...changes }, [TAKEN])).toMatchObject({ ok: false, detail: expect.stringContaining(words) });
  });

  test('that leads to this machine is out of reach for a GitHub elsewhere', async () => {
    answer('/app/hook/config', { ...CONFIG, url: 'http://localhost:3001/webhooks/github' });
    const elsewhere = 'https://github.example/api/v3';
    const near: typeof fetch = (input, init) => fetch(new Request(input).url.replace(elsewhere, world.github.url), init);
    const { ok, detail } = await createGithub(settingsFor(world.github, { apiUrl: elsewhere, fetch: near })).checkWebhook!();
    expect(ok).toBe(false);
    expect(detail).toContain('http://localhost:3001/webhooks/github, which only this machine can reach');
  });

  test('that is turned off has a next step', async () => {
    answer('/app/hook/config', { message: 'Not Found' }, 404);
    expect(await forge.checkWebhook!()).toMatchObject({ ok: false, detail: expect.stringContaining('has no webhook URL') });
  });

  test('that has delivered nothing says how to make a delivery', async () => {
    expect(await check(CONFIG, [])).toMatchObject({ ok: false, detail: expect.stringContaining('put a label on one of its issues') });
  });

  test('that arrives says with what, and when', async () => {
    expect(await check(CONFIG, [TAKEN])).toEqual({
      ok: true,
      detail: `GitHub reaches ${URL_OF_OURS} (issues.labeled, 2026-01-02T03:04:05.000Z)`,
    });
  });

  test('that arrives again says what was missed meanwhile', async () => {
    const missed = { ...TAKEN, status: 'Invalid HTTP Response: 502', status_code: 502, action: null };
    expect(await check(CONFIG, [TAKEN, missed, missed])).toMatchObject({
      ok: true,
      detail: expect.stringContaining('2 of the last 3 failed'),
    });
  });

  test('whose newest delivery failed says with what, and what to do', async () => {
    const missed = { ...TAKEN, status: 'failed to connect to host', status_code: 0 };
    const { ok, detail } = await check(CONFIG, [missed, TAKEN]);
    expect(ok).toBe(false);
    expect(detail).toContain('issues.labeled, 2026-01-02T03:04:05.000Z) failed: GitHub got no answer (failed to connect to host)');
    expect(detail).toContain('See that Signalbox runs');
    expect(detail).toContain('then choose Redeliver');
  });

  test('that can be overheard says so', async () => {
    const url = 'http://box.example/webhooks/github';
    expect(await check({ ...CONFIG, url }, [TAKEN])).toMatchObject({ ok: true, detail: expect.stringContaining('it is plain http') });
    expect((await check({ ...CONFIG, url: url.replace('http:', 'https:') }, [TAKEN])).detail).not.toContain('plain http');
  });

  test('is shown without what an address may hide', async () => {
    const url = 'https://ada:hidden@box.example/webhooks/github?key=hidden';
    expect((await check({ ...CONFIG, url }, [TAKEN])).detail).not.toContain('hidden');
  });

  test('that is not as documented is no crash', async () => {
    expect(await check(CONFIG, [{ ...TAKEN, status_code: 'none' }])).toMatchObject({
      ok: false,
      detail: expect.stringContaining('not what it documents'),
    });
  });

  test('is not asked about what the App may not see', async () => {
    answer('/app/hook/config', { message: 'Forbidden' }, 403);
    expect(await forge.checkWebhook!()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('Could not ask GitHub about the webhook'),
    });
  });
});
