import { createHmac, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';

/** What a cookie of ours holds. What is sealed for one purpose is nothing for another. */
interface Sealed {
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** As a cookie's value: readable, and not to be changed by anybody who has not the key. */
export function seal(purpose: string, value: Sealed, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${body}.${macOf(`${purpose} ${body}`, key)}`;
}

/** null: nobody here has sealed this, or its time is over. */
export function unseal<T extends Sealed>(purpose: string, schema: z.ZodType<T>, text: string, key: Buffer, now: Date): T | null {
  const [body = '', mac = ''] = text.split('.');
  if (!isSame(mac, macOf(`${purpose} ${body}`, key))) return null;
  // An older version of this program may have sealed another shape.
  const read = schema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  return read.success && read.data.until > now.getTime() ? read.data : null;
}

/** What the forms of a session carry, so that no other page can send them. */
export function formKeyOf({ id }: { readonly id: string }, key: Buffer): string {
  return macOf(`form ${id}`, key);
}

export function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function macOf(text: string, key: Buffer): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
