import { createHmac, randomUUID } from 'node:crypto';
import { WEBHOOK_SECRET } from './signalbox.ts';

export interface DeliveryWish {
  readonly event: string;
  readonly body: string | Buffer;
  readonly guid?: string;
  /** Over GitHub's own headers; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** A webhook request as GitHub sends it, signed, from somebody who need not be the stand-in. */
export function deliver(
  signalbox: { readonly url: string | null },
  { event, body, guid = randomUUID(), headers = {} }: DeliveryWish,
): Promise<Response> {
  const all: Record<string, string | null> = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-hub-signature-256': signatureOf(body),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  return fetch(`${signalbox.url}/webhooks/github`, { method: 'POST', headers: given, body: new Uint8Array(Buffer.from(body)) });
}

export function signatureOf(body: string | Buffer, secret = WEBHOOK_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
