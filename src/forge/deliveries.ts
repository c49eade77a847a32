import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DeliveryReading } from './forge.ts';

type Refusal = Extract<DeliveryReading, { ok: false }>;

/** How a kind of forge writes what surrounds a payload. Of several headers the first that is there and not empty counts. */
export interface Dialect {
  readonly signature: readonly string[];
  /** Before the hexadecimal HMAC-SHA256 of the body. */
  readonly prefix: string;
  readonly id: readonly string[];
  readonly event: readonly string[];
  /** Where a person sets the webhook up. */
  readonly settings: string;
  /** Our own setting of the secret. */
  readonly secretSetting: string;
}

/** Nothing is looked at before the signature holds. */
export function readSigned(dialect: Dialect, headers: Headers, body: Buffer, secret: string | null): DeliveryReading {
  const { settings, secretSetting } = dialect;
  // An empty secret signs nothing: anybody can compute its digest.
  if (!secret) return refuse(401, 'delivery.closed', `No webhook is taken here while ${secretSetting} is not set.`);
  const signature = first(headers, dialect.signature);
  if (signature === null) {
    return refuse(401, 'delivery.unsigned', `The ${dialect.signature[0]} header is missing or empty. Set a webhook secret in ${settings}.`);
  }
  if (!isSignatureOf(signature, dialect.prefix, body, secret)) {
    return refuse(
      401,
      'delivery.bad-signature',
      `The signature does not match. The webhook secret in ${settings} and ${secretSetting} differ.`,
    );
  }
  const id = first(headers, dialect.id);
  if (id === null || !/^[\w-]{1,100}$/.test(id)) return badHeader(dialect.id, 'an id');
  const event = first(headers, dialect.event);
  if (event === null || !/^\w{1,100}$/.test(event)) return badHeader(dialect.event, 'a name');
  if (!isJson(headers)) return refuse(400, 'delivery.not-json', `Set the content type of the webhook to application/json in ${settings}.`);
  const payload = parseObject(body);
  if (payload === null) return refuse(400, 'delivery.bad-json', 'The body is not a JSON object.');
  return { ok: true, id, event, payload };
}

function first(headers: Headers, names: readonly string[]): string | null {
  return names.map((name) => headers.get(name)).find((value) => value !== null && value !== '') ?? null;
}

function badHeader(names: readonly string[], what: string): Refusal {
  return refuse(400, 'delivery.bad-headers', `The ${names[0]} header is missing or not ${what}.`);
}

function refuse(status: Refusal['status'], code: string, message: string): Refusal {
  return { ok: false, status, code, message };
}

function isSignatureOf(signature: string, prefix: string, body: Buffer, secret: string): boolean {
  const expected = Buffer.from(`${prefix}${createHmac('sha256', secret).update(body).digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isJson(headers: Headers): boolean {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase() === 'application/json';
}

function parseObject(body: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
