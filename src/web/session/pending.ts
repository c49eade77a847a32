import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { guardedCookie } from './cookies.ts';
import { isSame, seal, unseal } from './sealed.ts';

/** A sign-in that somebody has begun, and for which they are at the forge now. */
const Pending = z.strictObject({
  forge: z.string(),
  /** Comes back with them, and tells an answer to their own question from one that somebody has sent them. */
  state: z.string(),
  /** Without it the forge's code is worth nothing. */
  verifier: z.string(),
  redirectUri: z.string(),
  /** Where they wanted to go here. */
  to: z.string(),
  /** Milliseconds since the epoch. */
  until: z.int(),
});
export type Pending = z.infer<typeof Pending>;

const COOKIE = 'signalbox_sign_in';
const PURPOSE = 'sign-in';
const LASTS_MS = 600_000;

export interface PendingSignIns {
  /** Keeps in a cookie what will be needed, and says what the forge is told of it. */
  begin(c: Context, wish: Pick<Pending, 'forge' | 'redirectUri' | 'to'>): Promise<{ readonly state: string; readonly challenge: string }>;
  /**
   * Ends the sign-in that this browser has begun. `none`: there is none, or not any more. `another`: it was begun with another
   * state, or at another forge. Each can be ended once, whatever comes of it.
   */
  end(c: Context, answer: { readonly forge: string; readonly state: string }): Promise<Pending | 'none' | 'another'>;
}

export function createPendingSignIns(key: () => Promise<Buffer>): PendingSignIns {
  return {
    async begin(c, wish) {
      const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
      const pending: Pending = { ...wish, state, verifier, until: Date.now() + LASTS_MS };
      setCookie(c, COOKIE, seal(PURPOSE, pending, await key()), { ...attributesOf(c), maxAge: LASTS_MS / 1000 });
      return { state, challenge: createHash('sha256').update(verifier).digest('base64url') };
    },
    async end(c, { forge, state }) {
      const cookie = getCookie(c, COOKIE);
      deleteCookie(c, COOKIE, attributesOf(c));
      const pending = cookie === undefined ? null : unseal(PURPOSE, Pending, cookie, await key(), new Date());
      if (!pending) return 'none';
      return isSame(state, pending.state) && forge === pending.forge ? pending : 'another';
    },
  };
}

/** `Lax`: the browser comes back from another site. */
function attributesOf(c: Context) {
  return { ...guardedCookie(c), sameSite: 'Lax' } as const;
}
