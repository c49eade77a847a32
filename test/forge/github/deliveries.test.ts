import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readSigned } from '../../../src/forge/deliveries.ts';
import { GITHUB_DELIVERIES } from '../../../src/forge/github/deliveries.ts';

const SECRET = 'It’s a Secret to Everybody';
const BODY = Buffer.from('{"action":"opened","title":"ünïcode"}');

function readDelivery(all: Headers, body: Buffer, secret: string) {
  return readSigned(GITHUB_DELIVERIES, all, body, secret);
}

function sign(body: Buffer, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function headers(changes: Record<string, string | null> = {}): Headers {
  const all = {
    'content-type': 'application/json',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-github-event': 'issues',
    'x-hub-signature-256': sign(BODY),
    ...changes,
  };
  return new Headers(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null));
}

test('a signed delivery is read', () => {
  expect(readDelivery(headers(), BODY, SECRET)).toEqual({
    ok: true,
    id: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    event: 'issues',
    payload: { action: 'opened', title: 'ünïcode' },
  });
});

test('GitHub’s own example of a signature holds', () => {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const reading = readDelivery(headers({ 'x-hub-signature-256': signature }), Buffer.from('Hello, World!'), "It's a Secret to Everybody");
  expect(reading).toMatchObject({ status: 400, code: 'delivery.bad-json' });
});

describe('is not let in (401)', () => {
  const table: [string, string | null][] = [
    ['no signature', null],
    ['an empty signature', ''],
    ['an empty digest', 'sha256='],
    ['the digest without its prefix', sign(BODY).slice('sha256='.length)],
    ['a signature with another secret', sign(BODY, 'another secret')],
    ['a signature with an empty secret', sign(BODY, '')],
    ['a signature of another body', sign(Buffer.from('{}'))],
    ['the signature in upper case', sign(BODY).toUpperCase()],
    ['a signature cut short', sign(BODY).slice(0, -1)],
    ['a signature with more behind it', `${sign(BODY)}0`],
    ['two signatures, one of them right', `${sign(BODY)}, ${sign(BODY, 'x')}`],
    ['an old SHA-1 signature', `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`],
    ['letters outside of ASCII', `sha256=${'é'.repeat(64)}`],
  ];
  test.each(table)('%s', (_name, signature) => {
    expect(readDelivery(headers({ 'x-hub-signature-256': signature }), BODY, SECRET)).toMatchObject({ ok: false, status: 401 });
  });

  test('anything, where no secret is set', () => {
    expect(readDelivery(headers({ 'x-hub-signature-256': sign(BODY, '') }), BODY, '')).toMatchObject({ ok: false, status: 401 });
  });

  test('a wrong signature, whatever else is wrong', () => {
    const all = headers({ 'x-hub-signature-256': 'sha256=00', 'x-github-event': null, 'content-type': 'text/plain' });
    expect(readDelivery(all, Buffer.from('nonsense'), SECRET)).toMatchObject({ ok: false, status: 401 });
  });
});

describe('is signed, and not a delivery (400)', () => {
  const table: [string, string, Record<string, string | null>, string][] = [
    ['an empty body', '', {}, 'delivery.bad-json'],
    ['invalid JSON', '{"a":', {}, 'delivery.bad-json'],
    ['a list', '[]', {}, 'delivery.bad-json'],
    ['a number', '1', {}, 'delivery.bad-json'],
    ['null', 'null', {}, 'delivery.bad-json'],
    ['no id', '{}', { 'x-github-delivery': null }, 'delivery.bad-headers'],
    ['an id that is none', '{}', { 'x-github-delivery': "1'; drop table" }, 'delivery.bad-headers'],
    ['no event', '{}', { 'x-github-event': null }, 'delivery.bad-headers'],
    ['an event that is no name', '{}', { 'x-github-event': '../issues' }, 'delivery.bad-headers'],
    ['a form', 'payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' }, 'delivery.not-json'],
    ['no content type', '{}', { 'content-type': null }, 'delivery.not-json'],
  ];
  test.each(table)('%s', (_name, text, changes, code) => {
    const body = Buffer.from(text);
    const reading = readDelivery(headers({ 'x-hub-signature-256': sign(body), ...changes }), body, SECRET);
    expect(reading).toMatchObject({ ok: false, status: 400, code });
  });

  test('a form is told what to change', () => {
    const body = Buffer.from('payload=%7B%7D');
    const all = headers({ 'x-hub-signature-256': sign(body), 'content-type': 'application/x-www-form-urlencoded' });
    expect(readDelivery(all, body, SECRET)).toMatchObject({ message: expect.stringContaining('application/json') });
  });
});

test('a content type with a character set is JSON too', () => {
  expect(readDelivery(headers({ 'content-type': 'Application/JSON; charset=utf-8' }), BODY, SECRET)).toMatchObject({ ok: true });
});

test('JSON that is nested without end is read or refused, and does not throw', () => {
  const body = Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`);
  expect(readDelivery(headers({ 'x-hub-signature-256': sign(body) }), body, SECRET)).toHaveProperty('ok');
});
