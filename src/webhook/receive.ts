import type { Origin } from '../domain/origin.ts';
import type { Forge, ForgeEvent } from '../forge/forge.ts';
import type { Db } from '../store/database.ts';
import { recordDelivery } from '../store/deliveries.ts';

/** GitHub sends at most 25 MB, Gitea far less; nothing larger is read. */
export const MAX_DELIVERY_BYTES = 26_214_400;

export interface ReceiveResult {
  readonly status: 202 | 400 | 401;
  readonly body:
    | { readonly status: string; readonly delivery?: string }
    | { readonly error: { readonly code: string; readonly message: string } };
}

/**
 * Verifies a webhook request and writes it down. What is answered 202 is in the database, once, however often it is sent;
 * what comes of it happens afterwards.
 *
 * Errors: whatever the database throws; the forge is then answered 5xx by the caller and the delivery can be sent again.
 */
export async function receiveDelivery(db: Db, forge: Forge, headers: Headers, body: Buffer, origin: Origin): Promise<ReceiveResult> {
  const reading = forge.readDelivery(headers, body);
  if (!reading.ok) return { status: reading.status, body: { error: { code: reading.code, message: reading.message } } };
  const meaning = forge.translate(reading.event, reading.payload);
  const ignored = 'ignored' in meaning ? meaning.ignored : null;
  const outcome = await recordDelivery(db, {
    forge: forge.name,
    deliveryId: reading.id,
    key: 'event' in meaning ? meaning.key : null,
    event: reading.event,
    // What is ignored is never looked at again; its body may be large.
    body: ignored === null ? body.toString('utf8') : '',
    lane: 'event' in meaning ? laneOf(meaning.event) : reading.id,
    origin,
    ignored,
  });
  const status = outcome === 'duplicate' ? 'already received' : ignored === null ? 'accepted' : 'ignored';
  return { status: 202, body: { status, delivery: reading.id } };
}

/** What concerns one subject is handled in the order in which it came. */
export function laneOf(event: ForgeEvent): string {
  if (event.kind === 'check-rerequested') return `${event.forge}/${event.repository}@${event.headSha}`;
  return `${event.subject.forge}/${event.subject.repository}#${event.subject.number}`;
}
