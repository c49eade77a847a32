import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { change } from '../../src/store/events.ts';
import { instanceId } from '../../src/store/facts.ts';
import { takeAgent } from '../../src/store/agents.ts';
import { appendStep, readSteps } from '../../src/store/steps.ts';
import { testDatabase } from '../support/database.ts';
import { openStore, taskIn } from './open.ts';
import { wireTo } from './wire.ts';

describe('a database', () => {
  test('gets its tables when it is opened, by several processes at once and again', async () => {
    await using place = await testDatabase({ empty: true });
    await using stack = new AsyncDisposableStack();
    const opened = await Promise.all(Array.from({ length: 4 }, async () => stack.use(await openDatabase(place.url))));
    const ids = await Promise.all(opened.map(({ db }) => instanceId(db)));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    const { rows } = await opened[0]!.pool.query<{ hash: string }>('select hash from signalbox.migrations');
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(rows.length);
  });

  test('says that it answers, and is closed twice', async () => {
    await using place = await testDatabase();
    const database = await openDatabase(place.url);
    await database.check();
    await database[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await expect(database.check()).rejects.toMatchObject({ code: 'database.unreachable' });
  });

  test('goes on after its connections were cut', async () => {
    await using store = await openStore();
    await store.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'signalbox' and pid <> pg_backend_pid()",
    );
    await store.check();
  });

  test('gives back the connection of a change that was cut off before it began', async () => {
    await using place = await testDatabase();
    await using wire = await wireTo(new URL(place.url));
    const database = await openDatabase(wire.url);
    wire.breaksAt = 'begin';
    await expect(change(database.db, () => Promise.resolve())).rejects.toMatchObject({ cause: expect.any(Error) as Error });
    await database[Symbol.asyncDispose]();
    expect(database.pool.totalCount).toBe(0);
  });

  test('that is not there is told, and that it may come back; its password is not', async () => {
    const opening = openDatabase('postgres://someone:hunter2@127.0.0.1:1/none');
    await expect(opening).rejects.toMatchObject({
      code: 'database.unreachable',
      retryable: true,
      message: expect.not.stringContaining('hunter2') as string,
    });
  });

  test('that may not be changed is told, with what is needed', async () => {
    await using place = await testDatabase({ empty: true });
    const url = new URL(place.url);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    await expect(openDatabase(url.href)).rejects.toMatchObject({
      code: 'database.migration-failed',
      nextStep: expect.stringContaining('create schemas') as string,
    });
  });
});

test('the steps of a transcript keep their order and every character, and each number is written once', async () => {
  await using store = await openStore();
  const [taskId, agentId] = [await taskIn(store, 'dispatched'), randomUUID()];
  await change(store.db, (tx) => takeAgent(tx, { id: agentId, taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 1000 }));
  const odd = { z: 1, a: 'NUL \0, half \uD83D, whole \u{1F600}' };
  await appendStep(store.db, agentId, 1, 'second');
  await appendStep(store.db, agentId, 0, odd);
  expect((await readSteps(store.db, agentId)).map(({ step }) => step)).toEqual([odd, 'second']);
  expect(Object.keys((await readSteps(store.db, agentId))[0]!.step as object)).toEqual(['z', 'a']);
  await expect(appendStep(store.db, agentId, 1, 'again')).rejects.toThrow('steps');
});
