import type { Context } from 'hono';
import { isSame } from './sealed.ts';
import type { Visitor } from './visitor.ts';

/** What a form sent, each field once and as text. */
export type Fields = Readonly<Record<string, string>>;

export async function fieldsOf(c: Context): Promise<Fields> {
  const body = await c.req.parseBody();
  return Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/**
 * Whether a form was sent by a page of ours: every browser says where a form comes from. A proxy may have changed the host
 * that we see, and then knows that it has.
 */
export function isFromOurPage(c: Context): boolean {
  const origin = URL.parse(c.req.header('origin') ?? '');
  const hosts = [c.req.header('host') ?? new URL(c.req.url).host, c.req.header('x-forwarded-host')];
  return origin !== null && hosts.includes(origin.host);
}

/** Whether a form belongs to this session. */
export function isOfSession(fields: Fields, visitor: Visitor): boolean {
  return isSame(fields['key'] ?? '', visitor.formKey);
}

/** An address of ours, from what somebody sent as one. */
export function ownAddress(text: string | undefined, otherwise = '/'): string {
  const base = 'http://signalbox.invalid';
  const url = text === undefined || !text.startsWith('/') ? null : URL.parse(text, base);
  return url?.origin === base ? url.pathname + url.search : otherwise;
}
