import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { randomBytes } from 'node:crypto';
import type { Db } from '../../store/database.ts';
import { sessionKey } from '../../store/sessions.ts';
import { anyToken } from '../../store/tokens.ts';
import { formKeyOf, seal, unseal } from './sealed.ts';
import { createTokenOwners } from './token-owner.ts';
import type { Visitor } from './visitor.ts';

export interface SessionOptions {
  readonly db: Db;
  readonly apiToken: string;
  /** Whether an operator chose that token. The one that the server made itself is for its own machine. */
  readonly isApiTokenChosen: boolean;
  readonly isFromHere: (c: Context) => boolean;
}

export interface Sessions {
  /** Whether nobody may sign in from where this request comes, as nobody may use the API from there. */
  isClosedTo(c: Context): Promise<boolean>;
  /** Begins a session with a token; false: nobody has that token. `name` is for the audit log's reader, and is not checked. */
  begin(c: Context, token: string, name: string): Promise<boolean>;
  /** Who has signed in, while the token that they did it with is valid. */
  read(c: Context): Promise<Visitor | null>;
  end(c: Context): void;
}

const COOKIE = 'signalbox_session';
const DAYS = 7;
const LONGEST_NAME = 60;
const LASTS_MS = DAYS * 86_400_000;

/** Sessions are in their cookies alone; what they may do is looked up with every request. */
export function createSessions({ db, apiToken, isApiTokenChosen, isFromHere }: SessionOptions): Sessions {
  let made: Promise<{ key: Buffer; owners: ReturnType<typeof createTokenOwners> }> | undefined;
  const parts = () => (made ??= prepare().catch((error: unknown) => ((made = undefined), Promise.reject(error as Error))));
  async function prepare() {
    const key = await sessionKey(db);
    return { key, owners: createTokenOwners({ db, apiToken, key }) };
  }
  const isClosedTo = async (c: Context) => !isApiTokenChosen && !isFromHere(c) && !(await anyToken(db));
  return {
    isClosedTo,
    async begin(c, token, name) {
      const { key, owners } = await parts();
      const owner = await owners.ownerOf(token);
      if (!owner) return false;
      const session = { ref: owner.ref, name: plain(name), until: Date.now() + LASTS_MS, id: randomBytes(16).toString('base64url') };
      setCookie(c, COOKIE, seal(session, key), { ...attributesOf(c), maxAge: LASTS_MS / 1000 });
      return true;
    },
    async read(c) {
      const cookie = getCookie(c, COOKIE);
      if (cookie === undefined || (await isClosedTo(c))) return null;
      const { key, owners } = await parts();
      const session = unseal(cookie, key, new Date());
      const owner = session && (await owners.ownerAgain(session.ref));
      if (!owner) return null;
      const actor = session.name === '' ? owner.actor : `${owner.actor} (${session.name})`;
      return { actor, role: owner.role, formKey: formKeyOf(session, key) };
    },
    end(c) {
      deleteCookie(c, COOKIE, attributesOf(c));
    },
  };
}

function attributesOf(c: Context) {
  const secure = c.req.url.startsWith('https:') || c.req.header('x-forwarded-proto') === 'https';
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure } as const;
}

function plain(name: string): string {
  const words = name.replace(/[^\p{L}\p{N} ._@+-]/gu, '').replace(/ +/g, ' ');
  return words.trim().slice(0, LONGEST_NAME).trim();
}
