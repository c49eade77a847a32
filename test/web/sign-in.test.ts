import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import type { Role } from '../../src/domain/role.ts';
import { change } from '../../src/store/events.ts';
import { createToken, revokeToken } from '../../src/store/tokens.ts';
import type { ApiWorld } from '../http/api-world.ts';
import { hiddenIn, HOST, LIMITS, openWebWorld, signedIn, visitor } from './world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openWebWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const PAGES = ['/', '/queue', '/history', '/repositories', '/figures', '/audit-log'];

async function newToken(role: Role, expiresAt: Date | null = null): Promise<{ id: string; token: string }> {
  const id = randomUUID();
  const { token } = await change(world.db, (tx) => createToken(tx, { id, name: `a ${role}`, role, expiresAt, createdBy: 'test' }));
  return { id, token };
}

describe('who has not signed in', () => {
  test.each(PAGES)('is led from %s to the sign-in', async (path) => {
    const { status, headers } = await visitor(world).see(path);
    expect([status, headers.get('location')]).toEqual([303, path === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(path)}`]);
  });

  test.each(['/instance/halt', '/instance/kill-all', `/task/${randomUUID()}/kill`, '/sign-out', '/at/github/acme/app/kill-all'])(
    'does nothing at %s',
    async (path) => expect(await visitor(world).post(path, { key: '' })).toMatchObject({ status: 303 }),
  );

  test('and comes from a link elsewhere is led here once more, with their cookie', async () => {
    const { status, text } = await visitor(world).see('/task/1?a=1&b=2', { 'sec-fetch-site': 'cross-site' });
    expect(status).toBe(200);
    expect(text).toContain('<meta http-equiv="refresh" content="0; url=/task/1?a=1&amp;b=2" />');
  });

  test('does not hear what happens', async () => {
    expect((await visitor(world).see('/agents/events')).status).toBe(401);
  });
});

describe('signing in', () => {
  test('leads to where somebody wanted to go', async () => {
    const ada = visitor(world);
    const { text } = await ada.see('/sign-in?to=%2Fqueue');
    const { status, headers } = await ada.signIn(undefined, hiddenIn(text));
    expect([status, headers.get('location')]).toEqual([303, '/queue']);
    expect((await ada.see('/queue')).status).toBe(200);
    expect((await ada.see('/sign-in')).headers.get('location')).toBe('/');
  });

  test('gives a cookie that no script reads and no other site sends', async () => {
    const { headers } = await visitor(world).signIn();
    expect(headers.get('set-cookie')).toMatch(/^signalbox_session=[\w.-]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/);
    const behindTls = await visitor(world).post('/sign-in', { token: 'the-token-of-this-test' }, { 'x-forwarded-proto': 'https' });
    expect(behindTls.headers.get('set-cookie')).toContain('; Secure');
  });

  test('with a wrong token is refused, and says so', async () => {
    const { status, text, headers } = await visitor(world).signIn('wrong');
    expect([status, headers.get('set-cookie')]).toEqual([401, null]);
    expect(text).toContain('not known, or not valid any more');
  });

  test('from another site is refused', async () => {
    const { status, headers } = await visitor(world).post('/sign-in', { token: 'the-token-of-this-test' }, { origin: 'https://evil.test' });
    expect([status, headers.get('set-cookie')]).toEqual([403, null]);
  });

  test('is refused for a while to who tries too often', async () => {
    const app = buildApp({ ...(await partsOf(world)), limits: LIMITS });
    const statuses = new Set<number>();
    for (let tries = 0; tries < 25; tries += 1) statuses.add((await visitor({ app }).signIn('wrong')).status);
    expect(statuses).toEqual(new Set([401, 429]));
  });

  test('lasts as long as the token does', async () => {
    const { id, token } = await newToken('viewer');
    const somebody = await signedIn(world, token);
    expect((await somebody.see('/')).status).toBe(200);
    await change(world.db, (tx) => revokeToken(tx, id, 'test'));
    expect((await somebody.see('/')).status).toBe(303);
    const late = await newToken('viewer', new Date(Date.now() - 1));
    expect((await visitor(world).signIn(late.token)).status).toBe(401);
  });

  test('with the settings’ token ends when that is another one', async () => {
    const ada = await signedIn(world);
    const parts = await partsOf(world);
    const app = buildApp({ ...parts, access: { ...parts.access, apiToken: 'another-token-of-this-test' }, limits: LIMITS });
    const answer = await app.request(`http://${HOST}/`, { headers: { cookie: ada.cookie, host: HOST } });
    expect(answer.status).toBe(303);
  });

  test('names who signed in, without markup', async () => {
    const ada = visitor(world);
    await ada.signIn(undefined, { name: 'ada <b>the first</b>'.repeat(9) });
    const { text } = await ada.see('/');
    expect(text).toContain('api (ada bthe firstb');
    expect(text).not.toContain('<b>');
  });

  test('ends with signing out', async () => {
    const ada = await signedIn(world);
    const key = /name="key" value="([^"]+)"/.exec((await ada.see('/')).text)?.[1] ?? '';
    expect((await ada.post('/sign-out', { key })).headers.get('location')).toBe('/sign-in');
    expect((await ada.see('/')).status).toBe(303);
  });
});

describe('where no token was chosen or made', () => {
  test('only the machine itself may sign in', async () => {
    await using alone = await openWebWorld();
    const parts = await partsOf(alone);
    const app = buildApp({ ...parts, access: { ...parts.access, isApiTokenChosen: false }, limits: LIMITS });
    const elsewhere = { 'x-forwarded-for': '192.0.2.1' };
    const stranger = visitor({ app });
    expect(await stranger.see('/sign-in', elsewhere)).toMatchObject({
      status: 403,
      text: expect.stringContaining('signalbox token create') as string,
    });
    expect((await stranger.post('/sign-in', { token: parts.access.apiToken }, elsewhere)).status).toBe(403);
    const here = await signedIn({ app });
    expect((await here.see('/')).status).toBe(200);
    expect((await here.see('/', elsewhere)).status).toBe(303);
    await change(alone.db, (tx) => createToken(tx, { id: randomUUID(), name: 'x', role: 'viewer', expiresAt: null, createdBy: 'test' }));
    expect((await here.see('/', elsewhere)).status).toBe(200);
  });
});

describe('who has signed in', () => {
  test('hears what happens with the same cookie, and may read the API and nothing more with it', async () => {
    const { app } = world;
    const ada = await signedIn(world);
    const headers = { cookie: ada.cookie, host: HOST };
    const events = await app.request(`http://${HOST}/agents/events`, { headers });
    expect([events.status, events.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await events.body?.cancel();
    expect((await app.request(`http://${HOST}/halt`, { headers })).status).toBe(200);
    expect((await app.request(`http://${HOST}/halt`, { method: 'POST', headers })).status).toBe(401);
  });

  test('gets pages that run nothing of anybody’s, and are kept nowhere', async () => {
    const ada = await signedIn(world);
    for (const path of PAGES) {
      const { headers, text } = await ada.see(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(text).not.toMatch(/<style|<script(?! src="\/assets\/\w+\.js" type="module"><\/script>)| style=| on\w+=/);
    }
  });
});

async function partsOf({ db, notifications, queue, tracing, log }: ApiWorld) {
  const access = { apiToken: 'the-token-of-this-test', isApiTokenChosen: true, perMinute: 1_000_000 };
  return { db, notifications, queue, access, forges: [], probes: [], tracing, log };
}
