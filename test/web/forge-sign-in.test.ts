import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessBy } from '../support/access.ts';
import { createToken } from '../../src/store/tokens.ts';
import { change } from '../../src/store/events.ts';
import { leadBack, openForgeWorld, personAt, signInAt, type ForgeName, type ForgeWorld } from './forge-world.ts';
import { HOST, visitor } from './world.ts';

let world: ForgeWorld;
beforeAll(async () => {
  world = await openForgeWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  for (const forge of [world.github, world.gitea]) forge.assertConformant();
});

const FORGES: readonly ForgeName[] = ['github', 'gitea'];
const newBrowser = () => visitor(world);

describe.each(FORGES)('signing in at %s', (forge) => {
  test('leads through the forge to where somebody wanted to go', async () => {
    const ada = newBrowser();
    const page = await ada.see('/sign-in?to=%2Fqueue');
    expect(page.text).toContain(`href="/sign-in/${forge}?to=%2Fqueue"`);
    const done = await signInAt(ada, forge, 'ada', { to: '/queue' });
    expect(done.status).toBe(200);
    expect(done.text).toContain('<meta http-equiv="refresh" content="0; url=/queue" />');
    const { status, text } = await ada.see('/queue');
    expect(status).toBe(200);
    expect(text).toMatch(new RegExp(`ada <small>on ${forge}</small>`));
    expect((await ada.see('/sign-in')).headers.get('location')).toBe('/');
  });

  test('asks with a state and a challenge that are new each time', async () => {
    const asked = await Promise.all(
      [1, 2].map(async () => new URL((await newBrowser().see(`/sign-in/${forge}`)).headers.get('location')!)),
    );
    const [first, second] = asked.map(({ searchParams }) => Object.fromEntries(searchParams));
    expect(first).toMatchObject({
      response_type: 'code',
      redirect_uri: `http://${HOST}/sign-in/${forge}/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    expect([first!['state'], first!['code_challenge']]).not.toContain(second!['state']);
    expect(first!['code_challenge']).not.toBe(second!['code_challenge']);
  });

  test('keeps what it needs in a cookie for ten minutes, and who they are for twelve hours', async () => {
    const ada = newBrowser();
    const begun = await ada.see(`/sign-in/${forge}`);
    expect(begun.headers.get('set-cookie')).toMatch(/^signalbox_sign_in=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
    const tls = await newBrowser().see(`/sign-in/${forge}`, { 'x-forwarded-proto': 'https' });
    expect(tls.headers.get('set-cookie')).toContain('; Secure');
    const done = await signInAt(ada, forge, 'ada');
    const [gone, session] = done.headers.getSetCookie();
    expect(gone).toMatch(/^signalbox_sign_in=; Max-Age=0;/);
    expect(session).toMatch(/^signalbox_session=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test('keeps nothing of what the forge granted', async () => {
    const ada = await personAt(world.app, forge);
    const sealed = /signalbox_session=([\w-]+)/.exec(ada.cookie)![1]!;
    const { who } = JSON.parse(Buffer.from(sealed, 'base64url').toString()) as { who: object };
    expect(who).toEqual({ kind: 'person', forge, login: 'ada', id: expect.any(Number) as number });
  });

  test('leads to no other site', async () => {
    for (const to of ['https://evil.test/', '//evil.test', '/\\evil.test', 'javascript:alert(1)']) {
      expect((await signInAt(newBrowser(), forge, 'ada', { to })).text).toContain('content="0; url=/" />');
    }
  });

  test('ends with signing out', async () => {
    const ada = await personAt(world.app, forge);
    const key = /name="key" value="([^"]+)"/.exec((await ada.see('/')).text)?.[1] ?? '';
    expect((await ada.post('/sign-out', { key })).headers.get('location')).toBe('/sign-in');
    expect((await ada.see('/')).status).toBe(303);
  });

  test('ends where the forge is not asked any more', async () => {
    const ada = await personAt(world.app, forge);
    const app = world.build({ forges: world.forges({ off: true }) });
    expect((await app.request(`http://${HOST}/`, { headers: { cookie: ada.cookie } })).status).toBe(303);
  });

  describe('comes to nothing, and says why,', () => {
    test('when they say no', async () => {
      const { status, text, headers } = await signInAt(newBrowser(), forge, 'ada', { answer: 'no', to: '/queue' });
      expect([status, sessionIn(headers)]).toEqual([403, false]);
      expect(text).toContain('You did not agree to it');
      expect(text).toContain('href="/sign-in?to=%2Fqueue"');
    });

    test('when the answer is used again', async () => {
      const ada = newBrowser();
      const back = await leadBack(ada, forge, 'ada');
      expect(sessionIn((await ada.see(back)).headers)).toBe(true);
      const again = await ada.see(back);
      expect([again.status, sessionIn(again.headers)]).toEqual([400, false]);
      expect(again.text).toContain('No sign-in is under way in this browser');
    });

    test('when the code was used in another browser', async () => {
      const [ada, thief] = [newBrowser(), newBrowser()];
      const back = new URL(await leadBack(ada, forge, 'ada'), 'http://x');
      const begun = new URL((await thief.see(`/sign-in/${forge}`)).headers.get('location')!);
      back.searchParams.set('state', begun.searchParams.get('state')!);
      const stolen = await thief.see(back.pathname + back.search);
      expect([stolen.status, sessionIn(stolen.headers)]).toEqual([403, false]);
      expect(stolen.text).toContain('Could not sign in');
    });

    test('when somebody was sent another one’s answer', async () => {
      const [eve, victim] = [newBrowser(), newBrowser()];
      const back = await leadBack(eve, forge, 'eve');
      const without = await victim.see(back);
      expect([without.status, sessionIn(without.headers)]).toEqual([400, false]);
      await victim.see(`/sign-in/${forge}`);
      const within = await victim.see(back);
      expect([within.status, sessionIn(within.headers)]).toEqual([400, false]);
      expect(within.text).toContain('not to the sign-in that was begun in this browser');
    });

    test('when it is the answer of another forge', async () => {
      const ada = newBrowser();
      const back = await leadBack(ada, forge, 'ada');
      const mixed = await ada.see(back.replace(forge, forge === 'github' ? 'gitea' : 'github'));
      expect([mixed.status, sessionIn(mixed.headers)]).toEqual([400, false]);
      expect((await ada.see(back)).status).toBe(400);
    });

    test('when the forge is away', async () => {
      const ada = newBrowser();
      const back = await leadBack(ada, forge, 'ada');
      world[forge].fail({ match: /access_token/, status: 'drop' });
      const { status, text } = await ada.see(back);
      expect(status).toBe(503);
      expect(text).toMatch(/did not answer .*Try again when/s);
      expect((await signInAt(ada, forge, 'ada')).status).toBe(200);
    });

    test('when the settings are wrong, without the secret', async () => {
      const app = world.build({ forges: world.forges({ secret: 'wrong-secret-of-the-test' }) });
      const { status, text } = await signInAt(visitor({ app }), forge, 'ada');
      expect(status).toBe(403);
      expect(text).toContain('_CLIENT_SECRET');
      expect(text).not.toContain('wrong-secret-of-the-test');
    });

    test('when the forge refuses before it asks anybody', async () => {
      const ada = newBrowser();
      const state = new URL((await ada.see(`/sign-in/${forge}`)).headers.get('location')!).searchParams.get('state')!;
      const said = new URLSearchParams({ state, error: 'redirect_uri_mismatch', error_description: '<b>Call 555</b>' });
      const { status, text } = await ada.see(`/sign-in/${forge}/callback?${said.toString()}`);
      expect(status).toBe(502);
      expect(text).toContain('(redirect_uri_mismatch)');
      expect(text).not.toContain('555');
    });
  });
});

test('a sign-in that is tried too often has to wait', async () => {
  const app = world.build({ forges: world.forges({ secret: 'wrong' }) });
  const statuses = new Set<number>();
  for (let tries = 0; tries < 22; tries += 1) statuses.add((await signInAt(visitor({ app }), 'gitea', 'ada')).status);
  expect(statuses).toEqual(new Set([403, 429]));
});

test('a forge that nobody configured signs nobody in', async () => {
  const app = world.build({ forges: world.forges({ off: true }) });
  const somebody = visitor({ app });
  expect((await somebody.see('/sign-in')).text).not.toContain('Sign in with');
  for (const path of ['/sign-in/github', '/sign-in/github/callback?code=1&state=2', '/sign-in/elsewhere']) {
    expect([path, (await somebody.see(path)).status]).toEqual([path, 404]);
  }
});

test('without an address of its own, the server knows the way back to its own machine alone', async () => {
  const app = world.build({ publicUrl: null });
  const here = await app.request('http://localhost:3001/sign-in/github');
  expect(new URL(here.headers.get('location')!).searchParams.get('redirect_uri')).toBe('http://localhost:3001/sign-in/github/callback');
  const there = await app.request(`http://${HOST}/sign-in/github`);
  expect([there.status, await there.text()]).toEqual([403, expect.stringContaining('set PUBLIC_URL') as string]);
});

test('where no token was made, people sign in from elsewhere with their account alone', async () => {
  const app = world.build({ access: { ...accessBy('a-token-of-its-machine'), isApiTokenChosen: false } });
  const elsewhere = { 'x-forwarded-for': '192.0.2.1' };
  const ada = visitor({ app });
  const { status, text } = await ada.see('/sign-in', elsewhere);
  expect(status).toBe(403);
  expect(text).toContain('Sign in with GitHub');
  expect(text).not.toContain('name="token"');
  await signInAt(ada, 'github', 'ada');
  expect((await ada.see('/', elsewhere)).status).toBe(200);
  expect((await ada.post('/sign-in', { token: 'a-token-of-its-machine' }, elsewhere)).status).toBe(403);
  await change(world.db, (tx) => createToken(tx, { id: randomUUID(), name: 'x', role: 'viewer', expiresAt: null, createdBy: 'test' }));
  expect((await visitor({ app }).see('/sign-in', elsewhere)).text).toContain('name="token"');
});

function sessionIn(headers: Headers): boolean {
  return headers.getSetCookie().some((set) => set.startsWith('signalbox_session='));
}
