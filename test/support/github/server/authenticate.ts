import type { Access } from './access.ts';
import { verifyAppJwt } from './app-jwt.ts';
import type { Hub } from './hub.ts';

/** Who a REST request's Authorization header names. Throws 401 for one that names nobody. */
export function authenticate(hub: Hub, header: string | undefined): Access {
  const token = /^(?:token|bearer)\s+(\S+)$/i.exec(header ?? '')?.[1] ?? basicPassword(header);
  if (token === undefined) return { kind: 'anonymous' };
  if (token.split('.').length !== 3) return hub.tokens.resolve(token);
  verifyAppJwt(token, hub.app, hub.now());
  return { kind: 'app' };
}

/** git, and people with curl, send a token as the password of whatever name. */
export function basicPassword(header: string | undefined): string | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}
