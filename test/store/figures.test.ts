import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteUsage, takeAgent } from '../../src/store/agents.ts';
import type { Database } from '../../src/store/database.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import { pullTimesPerDay, queueMoves, spendPerDay } from '../../src/store/figures.ts';
import { listRepositories, repositoryRow, successRate } from '../../src/store/repositories.ts';
import { transitionTask } from '../../src/store/tasks.ts';
import { anySubject, openStore, taskIn } from './open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const of = (repository: string) => ({ forge: 'github', repository });

/** A task of a repository whose agent began so many days ago and has cost so much. */
async function worked(repository: string, costUsd: number, daysAgo: number): Promise<string> {
  const taskId = await taskIn(store, 'dispatched', { subject: { ...anySubject(), repository } });
  const id = randomUUID();
  await change(store.db, (tx) => takeAgent(tx, { id, taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 1000 }));
  await noteUsage(store.db, id, { turns: 1, inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd });
  await store.pool.query(`update signalbox.agents set spawned_at = now() - $1 * interval '1 day' where id = $2`, [daysAgo, id]);
  await store.pool.query(`update signalbox.tasks set created_at = now() - $1 * interval '1 day' where id = $2`, [daysAgo, taskId]);
  return taskId;
}

describe('figures', () => {
  test('spend is that of each day, of all repositories or of one, and days without any are there', async () => {
    await worked('acme/spend', 1.5, 0);
    await worked('acme/spend', 0.5, 0);
    await worked('acme/other', 2, 2);
    await worked('acme/spend', 9, 40);
    const all = await spendPerDay(store.db, 'everything', 7);
    expect(all.map(({ costUsd, agents }) => [costUsd, agents])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [2, 1],
      [0, 0],
      [2, 2],
    ]);
    expect(all.at(-1)?.day).toBe(new Date().toISOString().slice(0, 10));
    expect((await spendPerDay(store.db, [of('acme/spend')], 3)).map(({ costUsd }) => costUsd)).toEqual([0, 0, 2]);
  });

  test('the time to the pull request is from the request to the first publication', async () => {
    for (const [seconds, times] of [
      [10, 1],
      [20, 2],
      [90, 1],
    ] as const) {
      const taskId = await worked('acme/times', 0, 1);
      for (let time = 1; time <= times; time += 1) {
        const seq = await change(store.db, (tx) => appendEvent(tx, { type: 'task.published', taskId }));
        await store.pool.query(
          `update signalbox.events set at = (select created_at from signalbox.tasks where id = $1) + $2 * interval '1 second' where seq = $3`,
          [taskId, seconds * time, seq],
        );
      }
    }
    const days = await pullTimesPerDay(store.db, [of('acme/times')], 2);
    expect(days.map(({ count, medianMs, slowestMs }) => ({ count, medianMs, slowestMs }))).toEqual([
      { count: 3, medianMs: 20_000, slowestMs: 90_000 },
      { count: 0, medianMs: null, slowestMs: null },
    ]);
  });

  test('moves say who came to wait, who began and who ended, in their order', async () => {
    await using empty = await openStore();
    const done = await taskIn(empty, 'completed');
    await taskIn(empty, 'killed');
    const moves = await queueMoves(empty.db, 'everything', 1);
    expect(moves.map(({ waiting, atWork }) => [waiting, atWork])).toEqual([
      [1, 0],
      [-1, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
    ]);
    await empty.pool.query(`update signalbox.events set at = now() - interval '2 hours' where task_id = $1`, [done]);
    expect(await queueMoves(empty.db, 'everything', 1)).toHaveLength(2);
  });
});

describe('repositories', () => {
  test('are told by what became of their tasks lately, the most recently used first', async () => {
    const first = await worked('acme/old', 1, 5);
    await change(store.db, (tx) => transitionTask(tx, first, 'completed'));
    const second = await worked('acme/old', 2, 4);
    await change(store.db, (tx) => transitionTask(tx, second, 'failed'));
    const long = await worked('acme/old', 50, 60);
    await change(store.db, (tx) => transitionTask(tx, long, 'completed'));
    await worked('acme/new', 0, 3);
    expect(await repositoryRow(store.db, 'everything', of('acme/old'))).toMatchObject({
      live: 0,
      completed: 1,
      failed: 1,
      killed: 0,
      costUsd: 3,
    });
    expect(await repositoryRow(store.db, 'everything', of('acme/none'))).toBeNull();
    const all = await listRepositories(store.db, 'everything', { limit: 100 });
    const names = all.map(({ repository }) => repository);
    expect(names.slice(-2)).toEqual(['acme/new', 'acme/old']);
    const rest = await listRepositories(store.db, 'everything', { limit: 100, after: all.at(-3) });
    expect(rest.map(({ repository }) => repository)).toEqual(['acme/new', 'acme/old']);
  });

  test.each([
    [{ completed: 3, failed: 1 }, 0.75],
    [{ completed: 0, failed: 2 }, 0],
    [{ completed: 0, failed: 0 }, null],
  ])('%j succeed by %s', (row, rate) => expect(successRate(row)).toBe(rate));
});
