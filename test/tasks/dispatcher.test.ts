import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { isTerminal, type Task } from '../../src/domain/task.ts';
import { takeAgent } from '../../src/store/agents.ts';
import { change, notify } from '../../src/store/events.ts';
import { findTask, transitionTask } from '../../src/store/tasks.ts';
import { chooseNext, startDispatcher } from '../../src/tasks/dispatcher.ts';
import { until } from '../flow/stage.ts';
import { task } from '../report/view.ts';
import { taskIn } from '../store/open.ts';
import { openWorld, type World } from './world.ts';

async function stateOf({ db }: World, id: string): Promise<string> {
  return (await findTask(db, id))!.state;
}

test('waiting tasks come to the queue, the most urgent first, as many as there is room for', async () => {
  await using world = await openWorld();
  const ids: Record<string, string> = {};
  for (const [name, priority] of [
    ['late', 9],
    ['first', 1],
    ['middle', 5],
  ] as const)
    ids[name] = await taskIn(world.store, 'pending', { priority });
  const running = await taskIn(world.store, 'running');
  await using stack = new AsyncDisposableStack();
  stack.use(startDispatcher({ ...world, maxAgents: 2, maxPerRepository: 100 }));
  await until(async () => (await stateOf(world, ids['first']!)) === 'dispatched', 'the first');
  expect(await world.queue.holds(ids['first']!)).toBe(true);
  expect([await stateOf(world, ids['middle']!), await stateOf(world, ids['late']!)]).toEqual(['pending', 'pending']);

  await change(world.db, async (tx) => {
    await transitionTask(tx, running, 'completed');
    await notify(tx, 'task');
  });
  await until(async () => (await stateOf(world, ids['middle']!)) === 'dispatched', 'the next, once there is room');
  expect(await stateOf(world, ids['late']!)).toBe('pending');
});

test('a worker that is faster than the dispatcher finds the task ready to be taken', async () => {
  await using world = await openWorld();
  const id = await taskIn(world.store, 'pending');
  const taken: boolean[] = [];
  await using stack = new AsyncDisposableStack();
  stack.use(
    await world.queue.work(async (taskId) => {
      const agent = await change(world.db, (tx) =>
        takeAgent(tx, { id: randomUUID(), taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 60_000 }),
      );
      taken.push(agent !== null);
    }, 1),
  );
  // The dispatcher is held up after each job, as by a busy machine, until the worker has looked at it.
  const add = async (taskId: string, priority: number) => {
    await world.queue.add(taskId, priority);
    await until(() => taken.length > 0, 'the worker to look at the task');
  };
  stack.use(startDispatcher({ ...world, queue: { ...world.queue, add }, maxAgents: 2, maxPerRepository: 100 }));
  await until(() => taken.length > 0, 'the worker to look at the task');
  expect(taken).toEqual([true]);
  expect(await stateOf(world, id)).toBe('running');
});

test('several dispatchers bring each task once', async () => {
  await using world = await openWorld();
  const ids = [];
  for (let index = 0; index < 5; index++) ids.push(await taskIn(world.store, 'pending'));
  const delivered: string[] = [];
  await using stack = new AsyncDisposableStack();
  stack.use(await world.queue.work(async (id) => void delivered.push(id), 1));
  for (let index = 0; index < 3; index++) stack.use(startDispatcher({ ...world, maxAgents: 100, maxPerRepository: 100 }));
  await until(() => delivered.length >= 5, 'all of them');
  for (const id of ids) expect(isTerminal((await findTask(world.db, id))!.state)).toBe(false);
  expect(new Set(delivered)).toEqual(new Set(ids));
});

test('what is over by then is not begun', async () => {
  await using world = await openWorld();
  const id = await taskIn(world.store, 'pending');
  await change(world.db, (tx) => transitionTask(tx, id, 'killed'));
  const other = await taskIn(world.store, 'pending');
  await using stack = new AsyncDisposableStack();
  stack.use(startDispatcher({ ...world, maxAgents: 5, maxPerRepository: 100 }));
  await until(async () => (await stateOf(world, other)) === 'dispatched', 'the other task');
  expect(await world.queue.holds(id)).toBe(false);
});

function waiting(id: string, repository: string, priority: number, minute: number): Task {
  const createdAt = new Date(minute * 60_000);
  return task({ id, priority, createdAt, subject: { forge: 'github', repository, number: minute } });
}

test.each<[string, Task[], Task[], { maxAgents: number; maxPerRepository: number }, string[]]>([
  [
    'the most urgent before who waited longer',
    [waiting('old', 'a/a', 5, 1), waiting('urgent', 'a/a', 1, 2)],
    [],
    { maxAgents: 1, maxPerRepository: 9 },
    ['urgent'],
  ],
  [
    'repositories in turn among equals',
    [waiting('a1', 'a/a', 5, 1), waiting('a2', 'a/a', 5, 2), waiting('b1', 'b/b', 5, 3)],
    [],
    { maxAgents: 2, maxPerRepository: 9 },
    ['a1', 'b1'],
  ],
  [
    'who has nobody at work yet',
    [waiting('a1', 'a/a', 5, 1), waiting('b1', 'b/b', 5, 2)],
    [waiting('busy', 'a/a', 5, 0)],
    { maxAgents: 2, maxPerRepository: 9 },
    ['b1'],
  ],
  [
    'no more of a repository than its share, however much room there is',
    [waiting('a1', 'a/a', 1, 1), waiting('a2', 'a/a', 1, 2), waiting('b1', 'b/b', 9, 3)],
    [waiting('busy', 'a/a', 5, 0)],
    { maxAgents: 9, maxPerRepository: 2 },
    ['a1', 'b1'],
  ],
  [
    'nobody where there is no room',
    [waiting('a1', 'a/a', 1, 1)],
    [waiting('busy', 'b/b', 5, 0)],
    { maxAgents: 1, maxPerRepository: 9 },
    [],
  ],
])('next comes %s', (_, pending, busy, limits, expected) => {
  expect(chooseNext(pending, busy, limits).map(({ id }) => id)).toEqual(expected);
});
