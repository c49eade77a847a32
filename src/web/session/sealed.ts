import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a session's cookie says: whose token it began with, and until when it lasts. */
const Session = z.strictObject({
  ref: z.string(),
  /** Who its holder says they are; empty when they did not say. */
  name: z.string(),
  /** Milliseconds since the epoch. */
  until: z.int(),
  /** Tells two sessions of one token apart. */
  id: z.string(),
});
export type Session = z.infer<typeof Session>;

/** As the cookie's value: readable, and not to be changed by anybody who has not the key. */
export function seal(session: Session, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(session)).toString('base64url');
  return `${body}.${macOf(`session ${body}`, key)}`;
}

/** null: nobody here has sealed this, or its time is over. */
export function unseal(text: string, key: Buffer, now: Date): Session | null {
  const [body = '', mac = ''] = text.split('.');
  if (!isSame(mac, macOf(`session ${body}`, key))) return null;
  const session = Session.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  return session.until > now.getTime() ? session : null;
}

/** What the forms of a session carry, so that no other page can send them. */
export function formKeyOf({ id }: Session, key: Buffer): string {
  return macOf(`form ${id}`, key);
}

export function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function macOf(text: string, key: Buffer): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
