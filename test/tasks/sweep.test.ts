import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { takeAgent } from '../../src/store/agents.ts';
import { change, notify } from '../../src/store/events.ts';
import { findTask, requestKill } from '../../src/store/tasks.ts';
import { startSweep } from '../../src/tasks/sweep.ts';
import { until } from '../flow/stage.ts';
import { taskIn } from '../store/open.ts';
import { openWorld, type World } from './world.ts';

async function agentOf({ store, db }: World, leaseMs: number): Promise<{ taskId: string; agentId: string }> {
  const [taskId, agentId] = [await taskIn(store, 'dispatched'), randomUUID()];
  await change(db, (tx) => takeAgent(tx, { id: agentId, taskId, worker: 'host/1/a', host: 'h', model: 'm', leaseMs }));
  return { taskId, agentId };
}

test('a job that the queue has lost is added again; what it holds is left alone', async () => {
  await using world = await openWorld();
  const [lost, held, pending] = [
    await taskIn(world.store, 'dispatched'),
    await taskIn(world.store, 'dispatched'),
    await taskIn(world.store, 'pending'),
  ];
  await world.queue.add(held, 5);
  await using stack = new AsyncDisposableStack();
  stack.use(startSweep(world));
  await until(() => world.queue.holds(lost), 'the lost job to be there');
  expect(await world.queue.stats()).toMatchObject({ waiting: 2 });
  expect(await world.queue.holds(pending)).toBe(false);
});

test('an agent whose worker is gone is offered to another, as a job of its own; one that is held, or is to be stopped, is not', async () => {
  await using world = await openWorld();
  const [gone, stopped, held] = [await agentOf(world, -1000), await agentOf(world, -1000), await agentOf(world, 60_000)];
  await change(world.db, (tx) => requestKill(tx, stopped.taskId, { actor: 'ada', route: 'comment', reason: 'wrong issue' }));
  await using stack = new AsyncDisposableStack();
  stack.use(startSweep(world));
  await until(() => world.queue.holds(gone.taskId, 1), 'the agent to be offered');
  expect(await world.queue.holds(gone.taskId)).toBe(false);
  expect(await world.queue.stats()).toMatchObject({ waiting: 1 });
  for (const { taskId } of [gone, stopped, held]) expect(await findTask(world.db, taskId)).toMatchObject({ state: 'running' });
});

test('deliveries are forgotten a fortnight after they were handled', async () => {
  await using world = await openWorld();
  const insert = (id: string, state: string, days: number | null) =>
    world.store.pool.query(
      "insert into signalbox.deliveries (forge, delivery_id, event, body, lane, state, handled_at) values ('github', $1, 'issues', '', $1, $2, now() - $3 * interval '1 day')",
      [id, state, days],
    );
  await insert('old', 'handled', 15);
  await insert('new', 'handled', 13);
  await insert('open', 'received', null);
  await using stack = new AsyncDisposableStack();
  stack.use(startSweep(world));
  await notify(world.db, 'sweep');
  const left = async () =>
    (await world.store.pool.query<{ delivery_id: string }>('select delivery_id from signalbox.deliveries order by seq')).rows.map(
      (row) => row.delivery_id,
    );
  await until(async () => (await left()).length === 2, 'the old one to be gone');
  expect(await left()).toEqual(['new', 'open']);
});
