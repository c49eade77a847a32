import { expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { isConnectionFault } from '../../src/store/connection-fault.ts';
import { openDatabase } from '../../src/store/database.ts';
import { change } from '../../src/store/events.ts';
import { haltOf } from '../../src/store/facts.ts';
import { testDatabase } from '../support/database.ts';

test('a connection that breaks in the middle of a transaction is an error of that transaction, and nothing else', async () => {
  await using own = await testDatabase();
  await using database = await openDatabase(own.url);
  const broken = database.db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    // Nothing is asked of it while it breaks.
    await database.pool.query('select pg_terminate_backend($1, 10000)', [rows[0]!.pid]);
    await tx.execute(sql`select 1`);
  });
  await expect(broken).rejects.toSatisfy(isConnectionFault);
  await expect(database.check()).resolves.toBeUndefined();
});

test('whoever stops in the middle of a change holds the others up for seconds only', { timeout: 20_000 }, async () => {
  await using own = await testDatabase();
  await using stopped = await openDatabase(own.url);
  await using other = await openDatabase(own.url);
  const resumed = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const paused = change(stopped.db, async (tx) => {
    held.resolve();
    await resumed.promise;
    return haltOf(tx);
  });
  const failure = paused.then(undefined, (error: unknown) => error);
  await held.promise;
  await expect(change(other.db, haltOf)).resolves.toBeNull();
  resumed.resolve();
  expect(isConnectionFault(await failure)).toBe(true);
});

test('a query that is wrong, and a file that is missing, are no faults of the connection', async () => {
  await using own = await testDatabase();
  await using database = await openDatabase(own.url);
  const wrong: unknown = await database.db.execute(sql`select nothing`).then(undefined, (error: unknown) => error);
  expect(isConnectionFault(wrong)).toBe(false);
  expect(isConnectionFault(Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' }))).toBe(false);
});
