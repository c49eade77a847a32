import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Forge, SignIn } from '../../src/forge/forge.ts';
import { consentTo } from '../support/forge/driver/consent.ts';
import type { OauthApp } from '../support/forge/oauth/app.ts';
import type { LoggedRequest } from '../support/forge/server/request-log.ts';

/** A stand-in forge, and an adapter that is given an OAuth application of it. */
export interface SignInWorld extends AsyncDisposable {
  readonly standIn: {
    readonly url: string;
    readonly oauth: OauthApp;
    readonly requests: readonly LoggedRequest[];
    fail(rule: { match?: RegExp; status: number | 'drop' }): unknown;
  };
  /** Who knows of no application where none is given. */
  open(app: { clientId: string; clientSecret: string } | null): Forge;
  addUser(login: string): void;
  /** The address at which a token says whose it is. */
  readonly userPath: string;
}

const CALLBACK = 'http://localhost:3001/sign-in/forge/callback';

/** What every adapter keeps of `SignIn` in src/forge/forge.ts. */
export function describeSignIn(name: string, start: () => Promise<SignInWorld>): void {
  describe(`signing in at ${name}`, () => {
    let world: SignInWorld;
    let signIn: SignIn;
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');

    beforeEach(async () => {
      world = await start();
      world.addUser('ada');
      world.standIn.oauth.callbacks.push(CALLBACK);
      signIn = world.open(world.standIn.oauth).signIn!;
    });
    afterEach(() => world[Symbol.asyncDispose]());

    const address = (by = signIn) => by.address({ state: 'the state', challenge, redirectUri: CALLBACK });
    const codeOf = async (login = 'ada') => new URL(await consentTo(address(), login)).searchParams.get('code')!;
    const refusedAs = (code: string, retryable: boolean) => expect.objectContaining({ code, retryable }) as Error;

    test('is not there without an application', () => {
      expect(world.open(null).signIn).toBeUndefined();
    });

    test('leads to the forge’s own page, and back with a code and the state', async () => {
      const page = await fetch(address());
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(CALLBACK) as string]);
      const back = new URL(await consentTo(address(), 'ada'));
      expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([CALLBACK, 'the state']);
    });

    test('tells who it was, and asks the forge for that alone', async () => {
      const { requests } = world.standIn;
      const person = await signIn.person({ code: await codeOf(), verifier, redirectUri: CALLBACK });
      expect(person).toEqual({ login: 'ada', id: expect.any(Number) as number });
      const asked = requests
        .filter(({ path }) => !path.includes('/authorize'))
        .map(({ method, path, login }) => `${method} ${path} ${login}`);
      expect(asked).toEqual([`POST /login/oauth/access_token null`, `GET ${world.userPath} ada`]);
    });

    test('takes a code once', async () => {
      const grant = { code: await codeOf(), verifier, redirectUri: CALLBACK };
      await signIn.person(grant);
      await expect(signIn.person(grant)).rejects.toEqual(refusedAs('forge.refused', false));
    });

    test.each([
      ['of nobody', { code: 'f'.repeat(40) }],
      ['of another browser', { verifier: randomBytes(32).toString('base64url') }],
      ['for another address', { redirectUri: 'http://localhost:3001/elsewhere' }],
    ])('refuses a code %s', async (_, changes) => {
      const grant = { code: await codeOf(), verifier, redirectUri: CALLBACK, ...changes };
      await expect(signIn.person(grant)).rejects.toEqual(refusedAs('forge.refused', false));
    });

    test('says so when the forge does not know the application', async () => {
      const grant = { code: await codeOf(), verifier, redirectUri: CALLBACK };
      const other = world.open({ clientId: 'another', clientSecret: world.standIn.oauth.clientSecret }).signIn!;
      await expect(other.person(grant)).rejects.toMatchObject({
        code: 'forge.unauthorized',
        nextStep: expect.stringContaining('_CLIENT_SECRET') as string,
      });
    });

    test('tells nobody the secret when it is wrong', async () => {
      const grant = { code: await codeOf(), verifier, redirectUri: CALLBACK };
      const other = world.open({ clientId: world.standIn.oauth.clientId, clientSecret: 'not-the-secret' }).signIn!;
      const error = await other.person(grant).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ nextStep: expect.stringContaining('_CLIENT_SECRET') as string });
      expect(inspect(error, { depth: 9 })).not.toContain('not-the-secret');
    });

    test.each([
      ['does not answer', 'drop' as const, 'forge.unreachable'],
      ['is broken', 500, 'forge.server-error'],
      ['is asked too often', 429, 'forge.rate-limited'],
    ])('can be tried again when the forge %s', async (_, status, code) => {
      const grant = { code: await codeOf(), verifier, redirectUri: CALLBACK };
      world.standIn.fail({ match: /access_token/, status });
      await expect(signIn.person(grant)).rejects.toEqual(refusedAs(code, true));
    });

    test('can be tried again when the forge does not say who they are', async () => {
      world.standIn.fail({ match: /GET \S*\/user$/, status: 502 });
      const grant = { code: await codeOf(), verifier, redirectUri: CALLBACK };
      await expect(signIn.person(grant)).rejects.toEqual(refusedAs('forge.server-error', true));
    });

    test('ends when its signal does', async () => {
      const grant = { code: await codeOf(), verifier, redirectUri: CALLBACK };
      await expect(signIn.person(grant, AbortSignal.abort())).rejects.toEqual(refusedAs('forge.unreachable', true));
    });

    test('brings a no back as one', async () => {
      const back = new URL(await consentTo(address(), 'ada', 'no'));
      expect(back.searchParams.get('error')).toBe('access_denied');
    });
  });
}
