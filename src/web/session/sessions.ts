import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { operator, type Person } from '../../domain/task.ts';
import type { Forge } from '../../forge/forge.ts';
import type { Db } from '../../store/database.ts';
import { anyToken } from '../../store/tokens.ts';
import { guardedCookie } from './cookies.ts';
import { createPeople } from './people.ts';
import { formKeyOf, seal, unseal } from './sealed.ts';
import { createTokenOwners } from './token-owner.ts';
import { rightsOfToken, type Visitor } from './visitor.ts';

export interface SessionOptions {
  readonly db: Db;
  /** What cookies are sealed with. */
  readonly key: () => Promise<Buffer>;
  readonly forges: readonly Forge[];
  readonly apiToken: string;
  /** Whether an operator chose that token. The one that the server made itself is for its own machine. */
  readonly isApiTokenChosen: boolean;
  readonly isFromHere: (c: Context) => boolean;
  /** Milliseconds for which a forge's word about what somebody may do is believed. */
  readonly believedMs: number;
}

export interface Sessions {
  /** Whether nobody may sign in with a token from where this request comes, as nobody may use the API from there. */
  isClosedTo(c: Context): Promise<boolean>;
  /** Begins a session with a token; false: nobody has that token. `name` is for the audit log's reader, and is not checked. */
  begin(c: Context, token: string, name: string): Promise<boolean>;
  /** Begins one for somebody of whom a forge says who they are. */
  beginAs(c: Context, forge: string, person: Person): Promise<void>;
  /** Who has signed in, while the token is valid or the forge is one of ours. */
  read(c: Context): Promise<Visitor | null>;
  end(c: Context): void;
}

/** Whose it is is looked up with every request: what a token may do, and what the forge lets somebody do. */
const Session = z.strictObject({
  who: z.discriminatedUnion('kind', [
    /** `name`: who its holder says they are; empty when they did not say. */
    z.strictObject({ kind: z.literal('token'), ref: z.string(), name: z.string() }),
    z.strictObject({ kind: z.literal('person'), forge: z.string(), login: z.string(), id: z.int() }),
  ]),
  /** Milliseconds since the epoch. */
  until: z.int(),
  /** Tells two sessions of one holder apart. */
  id: z.string(),
});
type Session = z.infer<typeof Session>;
type Holder<Kind extends Session['who']['kind']> = Extract<Session['who'], { kind: Kind }>;

const COOKIE = 'signalbox_session';
const PURPOSE = 'session';
const LONGEST_NAME = 60;
const HOUR_MS = 3_600_000;
/** A forge is trusted with who somebody is for a working day, a token for as long as it is valid. */
const LASTS_MS = { token: 7 * 24 * HOUR_MS, person: 12 * HOUR_MS } as const;

/** Sessions are in their cookies alone. */
export function createSessions({ db, key, forges, apiToken, isApiTokenChosen, isFromHere, believedMs }: SessionOptions): Sessions {
  const owners = async () => createTokenOwners({ db, apiToken, key: await key() });
  const rightsOf = createPeople({ db, believedMs });
  const isClosedTo = async (c: Context) => !isApiTokenChosen && !isFromHere(c) && !(await anyToken(db));

  async function start(c: Context, who: Session['who']): Promise<void> {
    const lasts = LASTS_MS[who.kind];
    const session: Session = { who, until: Date.now() + lasts, id: randomBytes(16).toString('base64url') };
    setCookie(c, COOKIE, seal(PURPOSE, session, await key()), { ...attributesOf(c), maxAge: lasts / 1000 });
  }

  async function visitorByToken(c: Context, { ref, name }: Holder<'token'>): Promise<Omit<Visitor, 'formKey'> | null> {
    const owner = (await isClosedTo(c)) ? null : await (await owners()).ownerAgain(ref);
    if (!owner) return null;
    return { ...rightsOfToken(owner.role), person: operator(name === '' ? owner.actor : `${owner.actor} (${name})`), forge: null };
  }

  async function visitorByForge({ forge: name, login, id }: Holder<'person'>): Promise<Omit<Visitor, 'formKey'> | null> {
    const forge = forges.find((one) => one.name === name && one.signIn !== undefined);
    return forge ? { ...(await rightsOf(forge, { login, id })), person: { login, id }, forge: name } : null;
  }

  return {
    isClosedTo,
    async begin(c, token, name) {
      const owner = await (await owners()).ownerOf(token);
      if (owner) await start(c, { kind: 'token', ref: owner.ref, name: plain(name) });
      return owner !== null;
    },
    beginAs: (c, forge, { login, id }) => start(c, { kind: 'person', forge, login, id }),
    async read(c) {
      const cookie = getCookie(c, COOKIE);
      const session = cookie === undefined ? null : unseal(PURPOSE, Session, cookie, await key(), new Date());
      if (!session) return null;
      const { who } = session;
      const visitor = who.kind === 'token' ? await visitorByToken(c, who) : await visitorByForge(who);
      return visitor && { ...visitor, formKey: formKeyOf(session, await key()) };
    },
    end(c) {
      deleteCookie(c, COOKIE, attributesOf(c));
    },
  };
}

function attributesOf(c: Context) {
  return { ...guardedCookie(c), sameSite: 'Strict' } as const;
}

function plain(name: string): string {
  const words = name.replace(/[^\p{L}\p{N} ._@+-]/gu, '').replace(/ +/g, ' ');
  return words.trim().slice(0, LONGEST_NAME).trim();
}
