import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeAgent } from '../../src/store/agents.ts';
import type { Database } from '../../src/store/database.ts';
import { change } from '../../src/store/events.ts';
import { liveTaskRows, newestTasks, taskRow, tasksAtWork, tasksWaiting } from '../../src/store/task-rows.ts';
import { openStore, taskIn } from './open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const other = (repository: string) => ({ subject: { forge: 'github', repository, number: Math.trunc(Math.random() * 1e9) } });
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe('tasks as lists show them', () => {
  test('what waits comes by urgency, and then by age', async () => {
    const [late, first, urgent] = [
      await taskIn(store, 'pending', { priority: 9 }),
      await taskIn(store, 'dispatched', { priority: 2 }),
      await taskIn(store, 'pending', { priority: 1 }),
    ];
    const second = await taskIn(store, 'pending', { priority: 2 });
    const all = await tasksWaiting(store.db, 'everything', { limit: 10 });
    expect(ids(all)).toEqual([urgent, first, second, late]);
    expect(ids(await tasksWaiting(store.db, 'everything', { limit: 10, after: all[1] }))).toEqual([second, late]);
  });

  test('one at work has its agent beside it, one that was never taken has none', async () => {
    const [taskId, agentId] = [await taskIn(store, 'dispatched', other('acme/at-work')), randomUUID()];
    expect(await taskRow(store.db, 'everything', taskId)).toMatchObject({ agentId: null, worker: null, usage: null });
    await change(store.db, (tx) => takeAgent(tx, { id: agentId, taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 1000 }));
    expect(await tasksAtWork(store.db, 'everything')).toMatchObject([{ id: taskId, agentId, worker: 'w' }]);
    expect(ids(await liveTaskRows(store.db, [{ forge: 'github', repository: 'acme/at-work' }]))).toEqual([taskId]);
    expect((await liveTaskRows(store.db, 'everything'))[0]).toMatchObject({ id: taskId });
    expect(await taskRow(store.db, 'everything', randomUUID())).toBeNull();
  });

  test('the newest come first, narrowed by every filter', async () => {
    const place = { forge: 'github', repository: 'acme/filters' };
    const done = await taskIn(store, 'completed', { ...other(place.repository), agentType: 'tester' });
    const failed = await taskIn(store, 'failed', { ...other(place.repository), requestedBy: { login: 'eve', id: 2 } });
    const all = await newestTasks(store.db, 'everything', place, { limit: 10 });
    expect(ids(all)).toEqual([failed, done]);
    expect(ids(await newestTasks(store.db, 'everything', place, { limit: 10, after: all[0] }))).toEqual([done]);
    expect(ids(await newestTasks(store.db, 'everything', { ...place, state: 'over' }, { limit: 1 }))).toEqual([failed]);
    expect(ids(await newestTasks(store.db, 'everything', { ...place, state: 'completed' }, { limit: 10 }))).toEqual([done]);
    expect(ids(await newestTasks(store.db, 'everything', { ...place, agentType: 'tester' }, { limit: 10 }))).toEqual([done]);
    expect(ids(await newestTasks(store.db, 'everything', { ...place, requestedBy: 'eve' }, { limit: 10 }))).toEqual([failed]);
    expect(ids(await newestTasks(store.db, 'everything', { ...place, forge: 'elsewhere' }, { limit: 10 }))).toEqual([]);
  });
});
