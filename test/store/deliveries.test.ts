import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import {
  claimDeliveries,
  finishDelivery,
  postponeDelivery,
  pruneDeliveries,
  recordDelivery,
  renewDelivery,
} from '../../src/store/deliveries.ts';
import { deliveries } from '../../src/store/schema.ts';
import { openStore } from './open.ts';
import { ORIGIN } from '../support/origin.ts';

const LONG = 600_000;
let store: Database;
beforeEach(async () => {
  const opened = await openStore();
  store = opened;
  return () => opened[Symbol.asyncDispose]();
});

async function record(lane: string, deliveryId: string = randomUUID(), ignored: string | null = null): Promise<string> {
  const row = { forge: 'github', deliveryId, key: null, event: 'issues', body: '{"escaped":"\\u0000"}', lane, origin: ORIGIN, ignored };
  expect(await recordDelivery(store.db, row)).toBe('recorded');
  return deliveryId;
}

async function all() {
  return store.db.select().from(deliveries).where(eq(deliveries.forge, 'github')).orderBy(deliveries.seq);
}

async function find(deliveryId: string) {
  return (await all()).find((delivery) => delivery.deliveryId === deliveryId);
}

async function claim(limit = 10, leaseMs = LONG): Promise<string[]> {
  await pass(1);
  return (await claimDeliveries(store.db, limit, leaseMs)).map(({ deliveryId }) => deliveryId);
}

async function finish(deliveryId: string, state: 'handled' | 'ignored' | 'failed' = 'handled'): Promise<void> {
  const { seq } = (await find(deliveryId))!;
  await finishDelivery(store.db, seq, state, null);
}

/** As if this time had passed for all claims and delays. */
async function pass(ms: number): Promise<void> {
  await store.pool.query("update signalbox.deliveries set due_at = due_at - $1 * interval '1 millisecond'", [ms]);
}

describe('a delivery is written down', () => {
  test('once for a forge and an id, also by many at once', async () => {
    const row = { forge: 'github', deliveryId: 'same', key: null, event: 'issues', body: '{}', lane: 'a', origin: ORIGIN, ignored: null };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => recordDelivery(store.db, row)));
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
    expect(await recordDelivery(store.db, { ...row, forge: 'gitea' })).toBe('recorded');
    expect(await all()).toHaveLength(1);
  });

  test('once for a forge and a key, whichever id it comes under', async () => {
    const row = { forge: 'github', key: 'comment/8', event: 'issue_comment', body: '{}', lane: 'a', origin: ORIGIN, ignored: null };
    const outcomes = await Promise.all(['x', 'y', 'z', 'x'].map((deliveryId) => recordDelivery(store.db, { ...row, deliveryId })));
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
    expect(await recordDelivery(store.db, { ...row, deliveryId: 'v', key: 'comment/9' })).toBe('recorded');
    expect(await recordDelivery(store.db, { ...row, deliveryId: 'w', forge: 'gitea' })).toBe('recorded');
    expect(await all()).toHaveLength(2);
  });

  test.for([
    ['under its own id', { deliveryId: 'x', key: null }],
    ['under a new id', { deliveryId: 'y', key: 'comment/8' }],
  ] as const)('again when it had failed, and is sent once more %s', async ([, again]) => {
    const row = {
      forge: 'github',
      deliveryId: 'x',
      key: 'comment/8',
      event: 'issue_comment',
      body: '{}',
      lane: 'a',
      origin: ORIGIN,
      ignored: null,
    };
    await recordDelivery(store.db, row);
    await claim();
    expect(await recordDelivery(store.db, { ...row, ...again })).toBe('duplicate');
    await finish('x', 'failed');
    expect(await recordDelivery(store.db, { ...row, ...again })).toBe('recorded');
    expect(await find('x')).toMatchObject({ state: 'received', note: null, handledAt: null });
    expect(await claim()).toEqual(['x']);
    // What was done before it failed is looked for.
    expect((await find('x'))!.attempts).toBeGreaterThan(1);
    await finish('x');
    expect(await recordDelivery(store.db, { ...row, ...again })).toBe('duplicate');
  });

  test('with the reason, where it is ignored; it is never handed out', async () => {
    await record('a', 'ping', 'ping asks for nothing');
    expect(await find('ping')).toMatchObject({ state: 'ignored', note: 'ping asks for nothing', attempts: 0 });
    expect(await claim()).toEqual([]);
  });

  test('as it came', async () => {
    await record('a', 'x');
    expect((await find('x'))!.body).toBe('{"escaped":"\\u0000"}');
  });
});

describe('deliveries are handed out', () => {
  test('oldest first, one of each lane at a time', async () => {
    const [a1, b1, a2, c1, b2] = [await record('a'), await record('b'), await record('a'), await record('c'), await record('b')];
    expect(await claim()).toEqual([a1, b1, c1]);
    expect(await claim()).toEqual([]);
    await finish(b1);
    expect(await claim()).toEqual([b2]);
    await finish(a1, 'failed');
    expect(await claim()).toEqual([a2]);
  });

  test('not more than are asked for', async () => {
    for (const lane of ['a', 'b', 'c']) await record(lane);
    expect(await claim(2)).toHaveLength(2);
    expect(await claim(2)).toHaveLength(1);
  });

  test('to one of many who ask at once', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, (_, index) => record(`lane ${index % 15}`)));
    await pass(1);
    // Time passes for all rows at once, which would meet claims of some of them in the other order.
    const asked = await Promise.all(Array.from({ length: 10 }, () => claimDeliveries(store.db, 3, LONG)));
    const claims = asked.flat().map(({ deliveryId }) => deliveryId);
    expect(new Set(claims).size).toBe(claims.length);
    expect(claims.length).toBeLessThanOrEqual(15);
    expect(claims.every((id) => ids.includes(id))).toBe(true);
  });

  test('again when the claim has run out, counting the attempts', async () => {
    const id = await record('a');
    await record('a');
    expect(await claim(10, 60_000)).toEqual([id]);
    await pass(61_000);
    expect(await claim()).toEqual([id]);
    expect((await find(id))!.attempts).toBe(2);
  });

  test('not again while the claim is renewed', async () => {
    const id = await record('a');
    await claim(10, 15_000);
    await pass(14_000);
    await renewDelivery(store.db, (await find(id))!.seq, 15_000);
    await pass(14_000);
    expect(await claim()).toEqual([]);
  });

  test('later, when they were put back; and those behind them wait', async () => {
    const [id, next] = [await record('a'), await record('a')];
    const [claimed] = await claimDeliveries(store.db, 1, LONG);
    await postponeDelivery(store.db, claimed!.seq, 'the forge is down', 30_000);
    expect(await find(id)).toMatchObject({ state: 'received', note: 'the forge is down' });
    expect(await claim()).toEqual([]);
    await pass(31_000);
    expect(await claim()).toEqual([id]);
    await finish(id);
    expect(await claim()).toEqual([next]);
  });
});

describe('what is over', () => {
  test('stays as it was finished first', async () => {
    const id = await record('a');
    await finish(id, 'handled');
    await finish(id, 'failed');
    const { seq } = (await find(id))!;
    await postponeDelivery(store.db, seq, 'late', 0);
    await renewDelivery(store.db, seq, 0);
    expect(await find(id)).toMatchObject({ state: 'handled', note: null });
    expect(await claim()).toEqual([]);
  });

  test('is forgotten after its time, what is open never', async () => {
    const [open, over] = [await record('a'), await record('b')];
    await finish(over);
    expect(await pruneDeliveries(store.db, new Date(Date.now() - 3_600_000))).toBe(0);
    expect(await pruneDeliveries(store.db, new Date(Date.now() + 3_600_000))).toBe(1);
    expect((await all()).map(({ deliveryId }) => deliveryId)).toEqual([open]);
  });
});
