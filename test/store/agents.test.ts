import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  agentsOf,
  agentsWithoutWorker,
  findAgent,
  heartbeat,
  noteStep,
  noteUsage,
  spawnAgent,
  spentToday,
  transitionAgent,
} from '../../src/store/agents.ts';
import type { Database } from '../../src/store/database.ts';
import { change, readEvents } from '../../src/store/events.ts';
import { findTask } from '../../src/store/tasks.ts';
import { openStore, taskIn } from './open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const USAGE = { turns: 1, inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.5 };

function wish(taskId: string, leaseMs = 60_000) {
  return { id: randomUUID(), taskId, worker: 'w', model: 'm', leaseMs };
}

async function begun(of: Pick<Database, 'db'> = store, leaseMs = 60_000): Promise<{ taskId: string; id: string }> {
  const taskId = await taskIn(of, 'dispatched');
  const { id } = (await change(of.db, (tx) => spawnAgent(tx, wish(taskId, leaseMs))))!;
  return { taskId, id };
}

describe('an agent is spawned', () => {
  test('with its task, in one change', async () => {
    const { taskId, id } = await begun();
    expect(await findTask(store.db, taskId)).toMatchObject({ state: 'running' });
    expect(await findAgent(store.db, id)).toMatchObject({
      taskId,
      attempt: 1,
      state: 'spawning',
      worker: 'w',
      model: 'm',
      startedAt: null,
    });
    const types = (await readEvents(store.db, { after: 0, limit: 10, taskId })).map(({ type }) => type);
    expect(types).toEqual(['task.pending', 'task.dispatched', 'task.running', 'agent.spawning']);
  });

  test('once, where the queue delivers a task to many', async () => {
    const taskId = await taskIn(store, 'dispatched');
    const spawned = await Promise.all(Array.from({ length: 10 }, () => change(store.db, (tx) => spawnAgent(tx, wish(taskId)))));
    expect(spawned.filter(Boolean)).toHaveLength(1);
    expect(await agentsOf(store.db, taskId)).toHaveLength(1);
  });

  test.each(['pending', 'running', 'completed', 'failed', 'killed'] as const)('not for a task that is %s', async (state) => {
    const taskId = await taskIn(store, state);
    expect(await change(store.db, (tx) => spawnAgent(tx, wish(taskId)))).toBeNull();
  });
});

describe('a worker’s hold', () => {
  test('is prolonged by its own worker alone, while the agent lives', async () => {
    const { id } = await begun();
    expect(await heartbeat(store.db, id, 'w', 60_000)).toBe(true);
    expect(await heartbeat(store.db, id, 'somebody else', 60_000)).toBe(false);
    await change(store.db, (tx) => transitionAgent(tx, id, 'killed'));
    expect(await heartbeat(store.db, id, 'w', 60_000)).toBe(false);
  });

  test('runs out: whose lease is over has no worker any more', async () => {
    await using own = await openStore();
    const [held, lost, over] = [await begun(own), await begun(own, -1000), await begun(own, -1000)];
    await change(own.db, (tx) => transitionAgent(tx, over.id, 'failed', 'x'));
    expect((await agentsWithoutWorker(own.db)).map(({ id }) => id)).toEqual([lost.id]);
    await heartbeat(own.db, lost.id, 'w', 60_000);
    expect(await agentsWithoutWorker(own.db)).toEqual([]);
    expect((await findAgent(own.db, held.id))!.state).toBe('spawning');
  });
});

test('what an agent does is told while it lives, and not afterwards', async () => {
  const { taskId, id } = await begun();
  await change(store.db, (tx) => noteStep(tx, id, 'running the gates'));
  expect(await findAgent(store.db, id)).toMatchObject({ step: 'running the gates' });
  await change(store.db, (tx) => transitionAgent(tx, id, 'running'));
  await change(store.db, (tx) => transitionAgent(tx, id, 'completed'));
  await change(store.db, (tx) => noteStep(tx, id, 'late'));
  const agent = (await findAgent(store.db, id))!;
  expect(agent).toMatchObject({ step: null, error: null, state: 'completed' });
  expect(agent.endedAt!.getTime()).toBeGreaterThanOrEqual(agent.startedAt!.getTime());
  const steps = await readEvents(store.db, { after: 0, limit: 10, taskId, types: ['agent.step'] });
  expect(steps.map(({ data }) => data)).toEqual([{ step: 'running the gates' }]);
});

test('money is counted over a day, by repository and over all', async () => {
  await using own = await openStore();
  const spend = async (repository: string, costUsd: number) => {
    const taskId = await taskIn(own, 'dispatched', { subject: { forge: 'github', repository, number: Math.ceil(costUsd * 100) } });
    const { id } = (await change(own.db, (tx) => spawnAgent(tx, wish(taskId))))!;
    await noteUsage(own.db, id, { ...USAGE, costUsd });
    return id;
  };
  expect(await spentToday(own.db, null)).toBe(0);
  await spend('acme/app', 1.25);
  await spend('acme/app', 0.5);
  await spend('acme/other', 2);
  const old = await spend('acme/app', 64);
  await own.pool.query("update signalbox.agents set spawned_at = now() - interval '25 hours' where id = $1", [old]);
  expect(await spentToday(own.db, { forge: 'github', repository: 'acme/app' })).toBe(1.75);
  expect(await spentToday(own.db, { forge: 'gitea', repository: 'acme/app' })).toBe(0);
  expect(await spentToday(own.db, null)).toBe(3.75);
});
