import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readSigned } from '../../../src/forge/deliveries.ts';
import { GITEA_DELIVERIES } from '../../../src/forge/gitea/deliveries.ts';

const SECRET = 'It’s a Secret to Everybody';
const BODY = Buffer.from('{"action":"label_updated","title":"ünïcode"}');

function readDelivery(all: Headers, body: Buffer, secret = SECRET) {
  return readSigned(GITEA_DELIVERIES, all, body, secret);
}

function sign(body: Buffer, secret = SECRET): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** As Gitea sends them, GitHub's and Gogs' names included. */
function headers(changes: Record<string, string | null> = {}, body = BODY): Headers {
  const all = {
    'content-type': 'application/json',
    'x-gitea-delivery': '127f544b-4f9c-4c9f-9009-f4f83c577316',
    'x-gitea-event': 'issues',
    'x-gitea-event-type': 'issue_label',
    'x-gitea-signature': sign(body),
    'x-gogs-signature': sign(body),
    'x-hub-signature-256': `sha256=${sign(body)}`,
    'x-github-delivery': '127f544b-4f9c-4c9f-9009-f4f83c577316',
    'x-github-event': 'issues',
    ...changes,
  };
  return new Headers(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null));
}

const FORGEJO = {
  'x-forgejo-delivery': 'f0f0f0f0-4f9c-4c9f-9009-f4f83c577316',
  'x-forgejo-event': 'issues',
  'x-forgejo-signature': sign(BODY),
};

const NO_GITEA = { 'x-gitea-delivery': null, 'x-gitea-event': null, 'x-gitea-signature': null };

test('a signed delivery is read', () => {
  expect(readDelivery(headers(), BODY)).toEqual({
    ok: true,
    id: '127f544b-4f9c-4c9f-9009-f4f83c577316',
    event: 'issues',
    payload: { action: 'label_updated', title: 'ünïcode' },
  });
});

test('Forgejo’s names do as well', () => {
  expect(readDelivery(headers(FORGEJO), BODY)).toMatchObject({ ok: true, id: '127f544b-4f9c-4c9f-9009-f4f83c577316' });
  expect(readDelivery(headers({ ...NO_GITEA, ...FORGEJO }), BODY)).toMatchObject({ ok: true, id: FORGEJO['x-forgejo-delivery'] });
});

describe('is not let in (401)', () => {
  const table: [string, Record<string, string | null>][] = [
    ['no signature of ours, whatever GitHub’s header says', { 'x-gitea-signature': null }],
    ['an empty digest, as a webhook without a secret sends it', { 'x-gitea-signature': '', 'x-hub-signature-256': 'sha256=' }],
    ['an empty digest of both', { 'x-gitea-signature': '', 'x-forgejo-signature': '' }],
    ['a signature as GitHub writes it', { 'x-gitea-signature': `sha256=${sign(BODY)}` }],
    ['a signature with another secret', { 'x-gitea-signature': sign(BODY, 'another secret') }],
    ['a signature with an empty secret', { 'x-gitea-signature': sign(BODY, '') }],
    ['a signature of another body', { 'x-gitea-signature': sign(Buffer.from('{}')) }],
    ['a signature in upper case', { 'x-gitea-signature': sign(BODY).toUpperCase() }],
    ['a signature cut short', { 'x-gitea-signature': sign(BODY).slice(0, -1) }],
    ['a wrong one of Gitea’s beside a right one of Forgejo’s', { ...FORGEJO, 'x-gitea-signature': sign(BODY, 'x') }],
    ['letters outside of ASCII', { 'x-gitea-signature': 'é'.repeat(64) }],
  ];
  test.each(table)('%s', (_name, changes) => {
    expect(readDelivery(headers(changes), BODY)).toMatchObject({ ok: false, status: 401 });
  });

  test('anything, where no secret is set', () => {
    expect(readDelivery(headers({ 'x-gitea-signature': sign(BODY, '') }), BODY, '')).toMatchObject({ ok: false, status: 401 });
  });

  test('and is told which settings to look at', () => {
    expect(readDelivery(headers({ 'x-gitea-signature': '' }), BODY)).toMatchObject({
      message: expect.stringContaining('Set a webhook secret'),
    });
    expect(readDelivery(headers(), BODY, 'x')).toMatchObject({ message: expect.stringContaining('GITEA_WEBHOOK_SECRET') });
  });
});

describe('is signed, and not a delivery (400)', () => {
  const table: [string, string, Record<string, string | null>, string][] = [
    ['an empty body', '', {}, 'delivery.bad-json'],
    ['a list', '[]', {}, 'delivery.bad-json'],
    ['no id', '{}', { 'x-gitea-delivery': null }, 'delivery.bad-headers'],
    ['an id that is none', '{}', { 'x-gitea-delivery': "1'; drop table" }, 'delivery.bad-headers'],
    ['no event', '{}', { 'x-gitea-event': null }, 'delivery.bad-headers'],
    ['an event that is no name', '{}', { 'x-gitea-event': '../issues' }, 'delivery.bad-headers'],
    ['a form', 'payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' }, 'delivery.not-json'],
  ];
  test.each(table)('%s', (_name, text, changes, code) => {
    const body = Buffer.from(text);
    expect(readDelivery(headers(changes, body), body)).toMatchObject({ ok: false, status: 400, code });
  });

  test('a form whose JSON was signed is a wrong signature', () => {
    const form = Buffer.from(`payload=${encodeURIComponent(BODY.toString())}`);
    const all = headers({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(readDelivery(all, form)).toMatchObject({ ok: false, status: 401 });
  });
});
