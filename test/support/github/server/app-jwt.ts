import { verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../../forge/server/errors.ts';
import { MAX_JWT_SECONDS } from './limits.ts';

const Header = z.object({ alg: z.literal('RS256') });
const Claims = z.object({ iss: z.coerce.string(), exp: z.number(), iat: z.number() });

/**
 * Throws 401 unless the token is a JWT that this App signed (RS256), that names it as the issuer, and that is
 * valid now, for ten minutes at most.
 */
export function verifyAppJwt(token: string, app: { id: number; publicKey: KeyObject }, nowMs: number): void {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${header}.${claims}`);
  if (!Header.safeParse(decode(header)).success) throw undecodable();
  if (!verify('RSA-SHA256', signed, app.publicKey, Buffer.from(signature, 'base64url'))) throw undecodable();
  const read = Claims.safeParse(decode(claims));
  if (!read.success) throw undecodable();
  const { iss, exp, iat } = read.data;
  const now = Math.floor(nowMs / 1000);
  if (iss !== String(app.id)) throw undecodable();
  if (exp <= now) throw new ApiError(401, "'Expiration time' claim ('exp') is in the past");
  if (exp > now + MAX_JWT_SECONDS) throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
  if (iat > now + 60) throw new ApiError(401, "'Issued at' claim ('iat') is in the future");
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown;
  } catch {
    throw undecodable();
  }
}

function undecodable(): ApiError {
  return new ApiError(401, 'A JSON web token could not be decoded');
}
