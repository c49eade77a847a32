import { expect, test } from 'vitest';
import { sql } from 'drizzle-orm';
import { openDatabase } from '../../src/store/database.ts';
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
  await expect(broken).rejects.toThrow();
  await expect(database.check()).resolves.toBeUndefined();
});
