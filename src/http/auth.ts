import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { problem } from './problem.ts';

/** What a request that was let in brings along. */
export interface Admitted {
  Variables: { actor: string };
}

const LONGEST_NAME = 60;

/** Lets in who has the token, and notes who they say they are: `api`, or `api (ada)`. */
export function requireToken(token: string): MiddlewareHandler<Admitted> {
  const wanted = digest(token);
  return async (c, next) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
    // Digests have one length, so that the time of the comparison tells nothing of the token.
    if (given === undefined || !timingSafeEqual(digest(given), wanted)) {
      c.header('www-authenticate', 'Bearer realm="signalbox"');
      const message = given === undefined ? 'This needs the API’s token, as `Authorization: Bearer …`.' : 'This is not the API’s token.';
      return problem(c, 401, 'http.unauthorised', `${message} It is API_TOKEN, or in DATA_DIR/api-token.`);
    }
    c.set('actor', actorOf(c.req.header('x-signalbox-actor') ?? ''));
    return next();
  };
}

/** The name is for the audit's reader. Whoever has the token can write any. */
function actorOf(header: string): string {
  const name = header
    .replace(/[^\p{L}\p{N} ._@+-]/gu, '')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
    .trim();
  return name === '' ? 'api' : `api (${name})`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
