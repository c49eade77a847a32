import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import { readFeedBackwards } from '../../src/store/feed.ts';
import { pullTimesPerDay, queueMoves, spendPerDay } from '../../src/store/figures.ts';
import { liveTaskCounts } from '../../src/store/overview.ts';
import { listRepositories, repositoriesOn, repositoryRow } from '../../src/store/repositories.ts';
import { isWithin, type Scope } from '../../src/store/scope.ts';
import { liveTaskRows, newestTasks, taskRow, tasksAtWork, tasksWaiting } from '../../src/store/task-rows.ts';
import { taskThere } from '../support/tasks.ts';
import { openStore } from './open.ts';

/** Two of one name on two forges, and one more. */
const [HERE, SAME_NAME, ELSEWHERE] = [
  { forge: 'github', repository: 'acme/here' },
  { forge: 'gitea', repository: 'acme/here' },
  { forge: 'github', repository: 'acme/elsewhere' },
];

let store: Database;
let ids: Map<object, string>;
beforeAll(async () => {
  store = await openStore();
  ids = new Map();
  for (const place of [HERE, SAME_NAME, ELSEWHERE]) {
    ids.set(place, (await taskThere(store.db, 'running', place)).taskId);
    await taskThere(store.db, 'pending', place);
    await change(store.db, (tx) => appendEvent(tx, { type: 'command.refused', data: { ...place, number: 1, actor: 'eve' } }));
  }
  await change(store.db, (tx) => appendEvent(tx, { type: 'queue.paused', data: { actor: 'root' } }));
});
afterAll(() => store[Symbol.asyncDispose]());

const table: [string, Scope, number][] = [
  ['everything', 'everything', 3],
  ['nothing', [], 0],
  ['one repository', [HERE], 1],
  ['two', [HERE, ELSEWHERE], 2],
  ['names that are not there', [{ forge: "x'", repository: "') or true --" }], 0],
];

test.each(table)('of %s tells every read that and nothing else', async (_, scope, places) => {
  const { db } = store;
  const page = { limit: 100 };
  expect(await tasksAtWork(db, scope)).toHaveLength(places);
  expect(await tasksWaiting(db, scope, page)).toHaveLength(places);
  expect(await newestTasks(db, scope, {}, page)).toHaveLength(2 * places);
  expect(await liveTaskRows(db, scope)).toHaveLength(2 * places);
  expect(await liveTaskCounts(db, scope)).toEqual({ pending: places, dispatched: 0, running: places });
  expect(await listRepositories(db, scope, page)).toHaveLength(places);
  expect((await spendPerDay(db, scope, 1))[0]).toMatchObject({ agents: places });
  expect(await pullTimesPerDay(db, scope, 1)).toHaveLength(1);
  expect(await queueMoves(db, scope, 1)).toHaveLength(3 * places);
  const refused = await readFeedBackwards(db, { scope, types: ['command.refused'] }, page);
  expect(refused).toHaveLength(places);
  const paused = await readFeedBackwards(db, { scope, types: ['queue.paused'] }, page);
  expect(paused).toHaveLength(scope === 'everything' ? 1 : 0);
});

test('hides a single thing that is not in it', async () => {
  const { db } = store;
  expect(await taskRow(db, [HERE], ids.get(HERE)!)).toMatchObject({ id: ids.get(HERE) });
  expect(await taskRow(db, [HERE], ids.get(SAME_NAME)!)).toBeNull();
  expect(await repositoryRow(db, [HERE], HERE)).toMatchObject(HERE);
  expect(await repositoryRow(db, [HERE], SAME_NAME)).toBeNull();
  expect([isWithin([HERE], HERE), isWithin([HERE], SAME_NAME), isWithin('everything', SAME_NAME)]).toEqual([true, false, true]);
});

test('is made of the repositories of a forge, the newest first', async () => {
  expect(await repositoriesOn(store.db, 'github', 10)).toEqual(['acme/elsewhere', 'acme/here']);
  expect(await repositoriesOn(store.db, 'github', 1)).toEqual(['acme/elsewhere']);
});
