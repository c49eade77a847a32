import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import type { Database } from '../../src/store/database.ts';
import { notify } from '../../src/store/events.ts';
import { openNotifications, type Notifications } from '../../src/store/notifications.ts';
import { until } from '../flow/stage.ts';
import { openStore } from './open.ts';
import { wireTo } from './wire.ts';

const NEVER_MS = 600_000;
let store: Database;
let notifications: Notifications;
beforeAll(async () => {
  store = await openStore();
  notifications = await openNotifications(store.url, createLog('silent'));
});
afterAll(async () => {
  await notifications[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const never = new AbortController().signal;

/** Ends the connections that listen, as a restart of the database does. */
async function cut(): Promise<number> {
  const { rowCount } = await store.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'signalbox listen' and datname = current_database()",
  );
  return rowCount ?? 0;
}

describe('a notification', () => {
  test('wakes those who wait for its topic, in every process, when it is committed', async () => {
    await using other = await openNotifications(store.url, createLog('silent'));
    const waiting = [notifications.next('task', NEVER_MS, never), other.next('task', NEVER_MS, never)];
    let woken = false;
    void Promise.race(waiting).then(() => (woken = true));
    await store.db.transaction(async (tx) => {
      await notify(tx, 'task');
      await notify(tx, 'other');
      await store.pool.query('select 1');
      expect(woken).toBe(false);
    });
    await Promise.all(waiting);
  });

  test('of another topic, or of a change that failed, wakes nobody', async () => {
    let woken = 0;
    const off = notifications.on('mine', () => (woken += 1));
    const heard = notifications.next('last', NEVER_MS, never);
    const failing = store.db.transaction(async (tx) => {
      await notify(tx, 'mine');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await notify(store.db, 'mine and more');
    await notify(store.db, 'last');
    await heard;
    expect(woken).toBe(0);
    off();
  });

  test('calls back until it is told not to', async () => {
    let calls = 0;
    const off = notifications.on('often', () => (calls += 1));
    for (let index = 0; index < 3; index++) {
      const heard = notifications.next('often', NEVER_MS, never);
      await notify(store.db, 'often');
      await heard;
    }
    off();
    const heard = notifications.next('often', NEVER_MS, never);
    await notify(store.db, 'often');
    await heard;
    expect(calls).toBe(3);
  });
});

describe('waiting ends', () => {
  test('after its time', async () => {
    await notifications.next('nothing', 1, never);
  });

  test('by its signal, also one that is aborted already', async () => {
    const stop = new AbortController();
    const waiting = notifications.next('nothing', NEVER_MS, stop.signal);
    stop.abort();
    await waiting;
    await notifications.next('nothing', NEVER_MS, stop.signal);
  });
});

describe('a connection that breaks', () => {
  test('is made again, and whoever must know is told', async () => {
    const reconnected = Promise.withResolvers<void>();
    const off = notifications.onReconnect(() => reconnected.resolve());
    expect(await cut()).toBe(1);
    await reconnected.promise;
    off();
    const heard = notifications.next('after', NEVER_MS, never);
    await notify(store.db, 'after');
    await heard;
  });

  test('again and again', async () => {
    for (let round = 0; round < 3; round++) {
      const reconnected = Promise.withResolvers<void>();
      const off = notifications.onReconnect(() => reconnected.resolve());
      await until(async () => (await cut()) === 1, 'the connection to be there');
      await reconnected.promise;
      off();
    }
  });

  test('is made anew where a server accepts and says nothing', async () => {
    await using wire = await wireTo(new URL(store.url));
    wire.silent = 2;
    await using own = await openNotifications(wire.url, createLog('silent'), 200);
    expect(wire.silent).toBeLessThan(0);
    const heard = own.next('at last', NEVER_MS, never);
    await notify(store.db, 'at last');
    await heard;
  });

  test('keeps nobody from closing, also while it is down and twice', async () => {
    const own = await openNotifications(store.url, createLog('silent'));
    await cut();
    await own[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
  });
});
