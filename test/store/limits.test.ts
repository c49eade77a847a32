import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { isConnectionFault } from '../../src/store/connection-fault.ts';
import { openDatabase, type DatabaseLimits } from '../../src/store/database.ts';
import { change } from '../../src/store/events.ts';
import { haltOf } from '../../src/store/facts.ts';
import { mayPass } from '../../workers/may-pass.ts';
import { startProxy } from '../chaos/proxy.ts';
import { until } from '../flow/stage.ts';
import { asAdmin, testDatabase } from '../support/database.ts';

const LONG: DatabaseLimits = { connectMs: 60_000, statementMs: 60_000, answerMs: 60_000 };

/** A database behind a wire that can hang. */
async function behindWire(limits: Partial<DatabaseLimits>) {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(await testDatabase());
  const url = new URL(place.url);
  const wire = stack.use(await startProxy({ targets: [{ path: join(url.searchParams.get('host')!, `.s.PGSQL.${url.port || 5432}`) }] }));
  url.searchParams.set('host', '127.0.0.1');
  url.port = String(wire.port);
  const database = stack.use(await openDatabase(url.href, { ...LONG, ...limits }));
  const parts = stack.move();
  return { database, wire, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

describe('a connection that hangs', () => {
  test.each<[string, (of: Awaited<ReturnType<typeof behindWire>>) => Promise<unknown>]>([
    ['a query', ({ database }) => haltOf(database.db)],
    ['a change', ({ database }) => change(database.db, haltOf)],
  ])('ends %s as a fault that passes, and is used by nobody afterwards', async (_name, ask) => {
    await using own = await behindWire({ answerMs: 300 });
    await ask(own);
    const resumed = Promise.withResolvers<void>();
    const hanging = own.wire.hang(resumed.promise);
    const fault: unknown = await ask(own).then(undefined, (error: unknown) => error);
    expect({ fault: isConnectionFault(fault), mayPass: mayPass(fault) }).toEqual({ fault: true, mayPass: true });
    expect(own.database.pool.totalCount).toBe(0);
    resumed.resolve();
    await hanging;
    await expect(ask(own)).resolves.toBeNull();
  });

  test('in the middle of a change ends the change', async () => {
    await using own = await behindWire({ answerMs: 300 });
    const resumed = Promise.withResolvers<void>();
    const fault: unknown = await change(own.database.db, async (tx) => {
      void own.wire.hang(resumed.promise);
      return haltOf(tx);
    }).then(undefined, (error: unknown) => error);
    expect(isConnectionFault(fault)).toBe(true);
    expect(own.database.pool.totalCount).toBe(0);
    resumed.resolve();
  });

  test('before it is one ends the waiting for it', async () => {
    await using own = await behindWire({ connectMs: 300 });
    await own.database.pool.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {});
    const resumed = Promise.withResolvers<void>();
    void own.wire.hang(resumed.promise);
    await expect(haltOf(own.database.db)).rejects.toSatisfy(isConnectionFault);
    resumed.resolve();
  });
});

describe('a statement that takes too long', () => {
  test('is ended by the server, as a fault that passes, and so is one that waits for a lock', async () => {
    await using place = await testDatabase();
    await using slow = await openDatabase(place.url, LONG);
    await using impatient = await openDatabase(place.url, { ...LONG, statementMs: 300 });
    await expect(impatient.db.execute(sql`select pg_sleep(60)`)).rejects.toSatisfy(isConnectionFault);
    const held = Promise.withResolvers<void>();
    const done = new AbortController();
    const holder = change(slow.db, async (tx) => {
      held.resolve();
      // Never idle: a change that is would be ended for that.
      while (!done.signal.aborted) await tx.execute(sql`select pg_sleep(0.05)`);
      return haltOf(tx);
    });
    await held.promise;
    await expect(change(impatient.db, haltOf)).rejects.toSatisfy(isConnectionFault);
    done.abort();
    await expect(holder).resolves.toBeNull();
    await expect(change(impatient.db, haltOf)).resolves.toBeNull();
  });

  test('is no statement of a migration, which waits as long as another one takes', async () => {
    await using place = await testDatabase({ empty: true });
    await asAdmin(place.url, async (other) => {
      await other.query('select pg_advisory_lock(7310331)');
      const opening = openDatabase(place.url, { ...LONG, statementMs: 300, answerMs: 300 });
      const waits = "application_name = 'signalbox migration' and wait_event_type = 'Lock' and now() - query_start > interval '1 second'";
      await until(async () => (await other.query(`select 1 from pg_stat_activity where ${waits}`)).rowCount === 1, 'the migration to wait');
      await other.query('select pg_advisory_unlock(7310331)');
      await (await opening)[Symbol.asyncDispose]();
    });
  });
});
