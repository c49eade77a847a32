import type { Context } from 'hono';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Role } from '../../domain/role.ts';
import type { Db } from '../../store/database.ts';
import type { Scope } from '../../store/scope.ts';
import { useToken } from '../../store/tokens.ts';

/** Whoever asks, once they are let in. */
export interface Identity {
  /** For the audit log: `api`, `api (ada)`, `token ci`. */
  readonly actor: string;
  readonly role: Role;
  /** Counts its requests. */
  readonly key: string;
  readonly scope: Scope;
  /** Milliseconds since the epoch: then what they may see has to be looked up again. */
  readonly until: number;
}

const LONGEST_NAME = 60;

/**
 * Says whose token a request carries. The one of the settings, or of DATA_DIR, is an admin's, and notes who its user says
 * they are.
 */
export function createIdentify({ db, apiToken }: { readonly db: Db; readonly apiToken: string }) {
  const own = digest(apiToken);
  return async function identify(c: Context): Promise<Identity | { refused: string }> {
    const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (given === undefined) return { refused: `This needs a token, as \`Authorization: Bearer …\`. ${WHERE}` };
    const said = nameIn(c.req.header('x-signalbox-actor') ?? '');
    // Digests have one length, so that the time of the comparison tells nothing of the token.
    if (timingSafeEqual(digest(given), own)) return { ...WHOLE, actor: `api${said}`, role: 'admin', key: 'api' };
    const token = await useToken(db, given);
    if (!token) return { refused: `This token is not known, or not valid any more. ${WHERE}` };
    return { ...WHOLE, actor: `token ${token.name}${said}`, role: token.role, key: `token ${token.id}` };
  };
}

/** A token is good for everything, and each request shows it. */
const WHOLE = { scope: 'everything', until: Infinity } as const;

const WHERE = '`signalbox token create` makes one; API_TOKEN, or what is in DATA_DIR/api-token, is one.';

/** The name is for the audit's reader. Whoever has the token can write any. */
function nameIn(header: string): string {
  const name = header
    .replace(/[^\p{L}\p{N} ._@+-]/gu, '')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
    .trim();
  return name === '' ? '' : ` (${name})`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
