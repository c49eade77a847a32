import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { whileRenewing } from '../../src/store/while-renewing.ts';

test('a claim is renewed again and again while the work lasts, also after a renewal that failed', async () => {
  const enough = Promise.withResolvers<string>();
  let renewals = 0;
  const renew = async () => {
    renewals += 1;
    if (renewals === 1) throw new Error('the database is away');
    if (renewals === 3) enough.resolve('done');
  };
  expect(await whileRenewing(1, renew, () => enough.promise)).toBe('done');
});

test('no renewal is under way or comes when it returns, however the work ended', async () => {
  const began = Promise.withResolvers<void>();
  let open = 0;
  let renewals = 0;
  const renew = async () => {
    open += 1;
    renewals += 1;
    began.resolve();
    await delay(20);
    open -= 1;
  };
  const work = async () => {
    await began.promise;
    throw new Error('the work failed');
  };
  await expect(whileRenewing(1, renew, work)).rejects.toThrow('the work failed');
  const then = renewals;
  expect(open).toBe(0);
  await delay(10);
  expect(renewals).toBe(then);
});
