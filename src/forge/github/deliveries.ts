import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DeliveryReading } from '../forge.ts';

type Refusal = Extract<DeliveryReading, { ok: false }>;

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries: nothing is looked at before the signature holds. */
export function readDelivery(headers: Headers, body: Buffer, secret: string): DeliveryReading {
  const signature = headers.get('x-hub-signature-256');
  if (signature === null || signature === '') {
    return refuse(
      401,
      'delivery.unsigned',
      'The X-Hub-Signature-256 header is missing. Set a webhook secret in the settings of the GitHub App.',
    );
  }
  if (!isSignatureOf(signature, body, secret)) {
    return refuse(
      401,
      'delivery.bad-signature',
      'The signature does not match. The webhook secret of the GitHub App and WEBHOOK_SECRET differ.',
    );
  }
  const id = headers.get('x-github-delivery');
  const event = headers.get('x-github-event');
  if (id === null || !/^[\w-]{1,100}$/.test(id))
    return refuse(400, 'delivery.bad-headers', 'The X-GitHub-Delivery header is missing or not an id.');
  if (event === null || !/^\w{1,100}$/.test(event))
    return refuse(400, 'delivery.bad-headers', 'The X-GitHub-Event header is missing or not a name.');
  if (!isJson(headers)) {
    return refuse(400, 'delivery.not-json', 'Set the content type of the webhook to application/json in the settings of the GitHub App.');
  }
  const payload = parseObject(body);
  if (payload === null) return refuse(400, 'delivery.bad-json', 'The body is not a JSON object.');
  return { ok: true, id, event, payload };
}

function refuse(status: Refusal['status'], code: string, message: string): Refusal {
  return { ok: false, status, code, message };
}

/** An empty secret signs nothing: anybody can compute its digest. */
function isSignatureOf(signature: string, body: Buffer, secret: string): boolean {
  if (secret === '') return false;
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
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
