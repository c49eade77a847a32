import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  agentsOf,
  agentsWithoutWorker,
  findAgent,
  heartbeat,
  noteStep,
  noteUsage,
  holds,
  MOST_RESUMPTIONS,
  releaseAgent,
  spentToday,
  takeAgent,
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

function wish(taskId: string, leaseMs = 60_000, worker = 'w') {
  return { id: randomUUID(), taskId, worker, host: `host of ${worker}`, model: 'm', leaseMs };
}

async function taken(of: Pick<Database, 'db'>, taskId: string, leaseMs = 60_000, worker = 'w') {
  return change(of.db, (tx) => takeAgent(tx, wish(taskId, leaseMs, worker)));
}

async function resumed(of: Pick<Database, 'db'>, taskId: string, leaseMs = 60_000, worker = 'second') {
  const taking = await taken(of, taskId, leaseMs, worker);
  if (taking === null || 'exhausted' in taking) throw new Error('the agent was not taken');
  return taking;
}

async function begun(of: Pick<Database, 'db'> = store, leaseMs = 60_000): Promise<{ taskId: string; id: string }> {
  const taskId = await taskIn(of, 'dispatched');
  const { agent } = await resumed(of, taskId, leaseMs, 'w');
  return { taskId, id: agent.id };
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
    const spawned = await Promise.all(Array.from({ length: 10 }, () => taken(store, taskId)));
    expect(spawned.filter(Boolean)).toHaveLength(1);
    expect(await agentsOf(store.db, taskId)).toHaveLength(1);
  });

  test.each(['pending', 'completed', 'failed', 'killed'] as const)('not for a task that is %s', async (state) => {
    const taskId = await taskIn(store, state);
    expect(await taken(store, taskId)).toBeNull();
  });
});

describe('a worker’s hold', () => {
  test('is prolonged with its own token alone, while the agent lives', async () => {
    const { id } = await begun();
    expect(await heartbeat(store.db, { agentId: id, token: 1 }, 60_000)).toBe(true);
    expect(await heartbeat(store.db, { agentId: id, token: 2 }, 60_000)).toBe(false);
    await change(store.db, (tx) => transitionAgent(tx, id, 'killed'));
    expect(await heartbeat(store.db, { agentId: id, token: 1 }, 60_000)).toBe(false);
  });

  test('is nobody else’s for as long as it lasts', async () => {
    const { taskId } = await begun();
    expect(await taken(store, taskId, 60_000, 'second')).toBeNull();
  });

  test('is taken over when it has run out, and the token of who comes back is worth nothing', async () => {
    const { taskId, id } = await begun(store, -1000);
    const { agent, resumed: again } = await resumed(store, taskId);
    const { worker, host, resumptions } = agent;
    expect({ again, id: agent.id, worker, host, token: agent.leaseToken, resumptions }).toEqual({
      again: true,
      id,
      worker: 'second',
      // Whoever took it has not brought it to another machine yet.
      host: 'host of w',
      token: 2,
      resumptions: 1,
    });
    expect(await heartbeat(store.db, { agentId: id, token: 1 }, 60_000)).toBe(false);
    expect(await change(store.db, (tx) => holds(tx, { agentId: id, token: 1 }))).toBe(false);
    expect(await change(store.db, (tx) => holds(tx, { agentId: id, token: 2 }))).toBe(true);
  });

  test('is taken over by one, where many try at once', async () => {
    const { taskId } = await begun(store, -1000);
    const takers = await Promise.all(Array.from({ length: 10 }, (_, index) => taken(store, taskId, 60_000, `w${index}`)));
    expect(takers.filter(Boolean)).toHaveLength(1);
  });

  test('may be lost so often and no more; a hand-over does not count', async () => {
    const { taskId, id } = await begun(store, -1000);
    const proof = { agentId: id, token: 0 };
    await change(store.db, (tx) => releaseAgent(tx, proof, { reason: 'the worker stops', delayMs: -1, counts: false }));
    for (let lost = 0; lost < MOST_RESUMPTIONS + 1; lost++) await resumed(store, taskId, -1000);
    expect(await taken(store, taskId)).toMatchObject({ exhausted: { id } });
  });

  test('that was put off is not taken before its time', async () => {
    const { taskId, id } = await begun();
    await change(store.db, (tx) => releaseAgent(tx, { agentId: id, token: 1 }, { reason: 'no engine', delayMs: 60_000, counts: true }));
    expect(await taken(store, taskId)).toBeNull();
    expect(await change(store.db, (tx) => holds(tx, { agentId: id, token: 1 }))).toBe(false);
    expect(await findAgent(store.db, id)).toMatchObject({ error: 'no engine', state: 'spawning' });
  });

  test('runs out: whose lease is over has no worker any more', async () => {
    await using own = await openStore();
    const [held, lost, over] = [await begun(own), await begun(own, -1000), await begun(own, -1000)];
    await change(own.db, (tx) => transitionAgent(tx, over.id, 'failed', 'x'));
    expect((await agentsWithoutWorker(own.db)).map(({ id }) => id)).toEqual([lost.id]);
    await heartbeat(own.db, { agentId: lost.id, token: 1 }, 60_000);
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
    const { id } = (await resumed(own, taskId)).agent;
    await noteUsage(own.db, id, { ...USAGE, costUsd });
    return id;
  };
  expect(await spentToday(own.db, 'everything')).toBe(0);
  await spend('acme/app', 1.25);
  await spend('acme/app', 0.5);
  await spend('acme/other', 2);
  const old = await spend('acme/app', 64);
  await own.pool.query("update signalbox.agents set spawned_at = now() - interval '25 hours' where id = $1", [old]);
  expect(await spentToday(own.db, [{ forge: 'github', repository: 'acme/app' }])).toBe(1.75);
  expect(await spentToday(own.db, [{ forge: 'gitea', repository: 'acme/app' }])).toBe(0);
  expect(await spentToday(own.db, 'everything')).toBe(3.75);
});
