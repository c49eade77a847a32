import type { Access } from './access.ts';
import type { Tokens } from './tokens.ts';

/** `token X`, `Bearer X`, or Basic with the token as the password of whatever name, or as the name. Throws 401 for one of nobody. */
export function authenticate(tokens: Tokens, header: string | undefined): Access {
  const token = /^(?:token|bearer)\s+(\S+)$/i.exec(header ?? '')?.[1] ?? basicToken(header);
  return token === undefined ? { kind: 'anonymous' } : tokens.resolve(token);
}

function basicToken(header: string | undefined): string | undefined {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  const [name, password] = [pair.slice(0, colon), pair.slice(colon + 1)];
  return password === '' || password === 'x-oauth-basic' ? name : password;
}
