import { expect, test } from 'vitest';
import { remedyFor } from '../../../src/forge/github/webhook-remedy.ts';

test.each([
  [401, 'Invalid HTTP Response: 401', 'WEBHOOK_SECRET and the webhook secret', 'Set both to the same'],
  [301, 'Invalid HTTP Response: 301', 'follows no redirect', 'Set the address that it leads to'],
  [400, 'Invalid HTTP Response: 400', 'not a delivery', 'application/json'],
  [403, 'Invalid HTTP Response: 403', 'something in front', 'Let GitHub through'],
  [404, 'Invalid HTTP Response: 404', 'not Signalbox', 'Set the address of this server'],
  [413, 'Invalid HTTP Response: 413', 'too large', 'bodies of 25 MB'],
  [500, 'Invalid HTTP Response: 500', 'answered 500', 'log of the server'],
  [502, 'Invalid HTTP Response: 502', 'does not run', 'npm start'],
  [504, 'Invalid HTTP Response: 504', 'in time', 'npm start'],
  [0, 'timed out', 'no answer (timed out)', 'within 10 seconds'],
  [
    0,
    'peer certificate cannot be authenticated with given CA certificates',
    'no answer (peer certificate',
    'a certificate that the public trusts',
  ],
  [0, 'failed to connect to host', 'no answer (failed to connect', 'firewall'],
])('a delivery that failed with %i %s', (code, status, fault, step) => {
  expect(remedyFor({ status, status_code: code })).toEqual({ fault: expect.stringContaining(fault), step: expect.stringContaining(step) });
});

test('words of the forge stay one short line', () => {
  expect(remedyFor({ status: `a\n${'b'.repeat(500)}`, status_code: 0 }).fault.length).toBeLessThan(150);
});
