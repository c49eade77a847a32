import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { createQueue } from '../../src/queue/index.ts';
import type { Patience, Queue } from '../../src/queue/queue.ts';
import type { ValkeyConnection } from '../../src/queue/valkey.ts';
import { until } from '../flow/stage.ts';

const HOLDER = fileURLToPath(new URL('../queue/holder.ts', import.meta.url));
/** Of those who wait for what never comes. */
const IMPATIENT = { lockMs: 1_000, stalledMs: 300, answerMs: 500 };

export interface QueuePlace extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly valkey: ValkeyConnection | null;
  /** Where nothing answers. */
  readonly nowhere: { readonly databaseUrl: string; readonly valkey: ValkeyConnection | null };
}

/** What every queue keeps, whatever it is kept in. `open` makes a place with nothing in it. */
export function queueContract(open: () => Promise<QueuePlace>): void {
  let place: QueuePlace;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place[Symbol.asyncDispose]());

  /** One of the test's own, on the same server. */
  function queueOf(instance: string = randomUUID(), patience: Partial<Patience> = {}): Promise<Queue> {
    return createQueue({ databaseUrl: place.databaseUrl, valkey: place.valkey, instance, log: createLog('silent'), patience });
  }

  /** Takes everything that waits, in the order in which it is delivered. */
  async function deliveredBy(queue: Queue): Promise<string[]> {
    const order: string[] = [];
    await using stack = new AsyncDisposableStack();
    stack.use(await queue.work(async (id) => void order.push(id), 1));
    await until(async () => {
      const { waiting, active } = await queue.stats();
      return waiting === 0 && active === 0;
    }, 'the queue to be empty');
    return order;
  }

  /** A worker that holds what it is given until it is let go. */
  async function holding(queue: Queue, concurrency: number) {
    const held: string[] = [];
    const letGo = Promise.withResolvers<void>();
    const worker = await queue.work(async (id) => {
      held.push(id);
      await letGo.promise;
    }, concurrency);
    return { held, letGo: () => letGo.resolve(), worker };
  }

  describe('what is added', () => {
    test('is delivered by priority, and in its order among equals', async () => {
      await using queue = await queueOf();
      await queue.pause();
      const wishes: [string, number][] = [
        ['late', 10],
        ['first', 1],
        ['middle one', 5],
        ['middle two', 5],
        ['second', 1],
      ];
      for (const [name, priority] of wishes) await queue.add(`${name} ${randomUUID()}`, priority);
      expect(await queue.stats()).toMatchObject({ waiting: 5, active: 0, paused: true });
      await queue.resume();
      const order = await deliveredBy(queue);
      expect(order.map((id) => id.slice(0, -37))).toEqual(['first', 'second', 'middle one', 'middle two', 'late']);
    });

    test('twice is there once: waiting, and while it is worked on', async () => {
      await using queue = await queueOf();
      const id = randomUUID();
      await Promise.all([queue.add(id, 5), queue.add(id, 5), queue.add(id, 1)]);
      expect(await queue.stats()).toMatchObject({ waiting: 1 });
      await using stack = new AsyncDisposableStack();
      const { held, letGo, worker } = await holding(queue, 2);
      stack.use(worker);
      await until(() => held.length > 0, 'the job to be taken');
      await queue.add(id, 5);
      expect(await queue.stats()).toMatchObject({ waiting: 0, active: 1 });
      letGo();
      await until(async () => !(await queue.holds(id)), 'the job to be over');
      expect(held).toEqual([id]);
    });

    test('is held while it waits and while it is worked on, and not afterwards; then it may come again', async () => {
      await using queue = await queueOf();
      const id = randomUUID();
      expect(await queue.holds(id)).toBe(false);
      await queue.add(id, 5);
      expect(await queue.holds(id)).toBe(true);
      await using stack = new AsyncDisposableStack();
      const { held, letGo, worker } = await holding(queue, 1);
      stack.use(worker);
      await until(() => held.length === 1, 'the job to be taken');
      expect(await queue.holds(id)).toBe(true);
      letGo();
      await until(async () => !(await queue.holds(id)), 'the job to be over');
      await queue.add(id, 5);
      await until(() => held.length === 2, 'the job to be taken again');
    });

    test('is gone after a worker that failed with it, and may come again', async () => {
      await using queue = await queueOf();
      const id = randomUUID();
      let calls = 0;
      await using stack = new AsyncDisposableStack();
      stack.use(
        await queue.work(async () => {
          calls += 1;
          throw new Error('the worker failed');
        }, 1),
      );
      await queue.add(id, 5);
      await until(async () => calls === 1 && !(await queue.holds(id)), 'the job to be over');
      await queue.add(id, 5);
      await until(() => calls === 2, 'the job to be taken again');
    });
  });

  describe('what is removed', () => {
    test('is not delivered; what is not there cannot be removed', async () => {
      await using queue = await queueOf();
      const [stays, goes] = [randomUUID(), randomUUID()];
      for (const id of [stays, goes]) await queue.add(id, 5);
      expect(await queue.remove(goes)).toBe(true);
      expect(await queue.remove(goes)).toBe(false);
      expect(await queue.holds(goes)).toBe(false);
      expect(await deliveredBy(queue)).toEqual([stays]);
    });

    test('is not what a worker has begun', async () => {
      await using queue = await queueOf();
      const id = randomUUID();
      await queue.add(id, 5);
      await using stack = new AsyncDisposableStack();
      const { held, letGo, worker } = await holding(queue, 1);
      stack.use(worker);
      await until(() => held.length === 1, 'the job to be taken');
      expect(await queue.remove(id)).toBe(false);
      expect(await queue.holds(id)).toBe(true);
      letGo();
    });
  });

  describe('a pause', () => {
    test('holds back what waits and what comes, also over a restart, until it is lifted', async () => {
      const instance = randomUUID();
      const [before, after] = [randomUUID(), randomUUID()];
      {
        await using queue = await queueOf(instance);
        await queue.add(before, 5);
        await queue.pause();
      }
      await using queue = await queueOf(instance);
      await using stack = new AsyncDisposableStack();
      const order: string[] = [];
      stack.use(await queue.work(async (id) => void order.push(id), 1));
      await queue.add(after, 5);
      expect(await queue.stats()).toEqual({ waiting: 2, active: 0, paused: true });
      expect(order).toEqual([]);
      await queue.resume();
      await until(() => order.length === 2, 'both jobs');
      expect(order).toEqual([before, after]);
      expect(await queue.stats()).toMatchObject({ paused: false });
    });
  });

  describe('workers', () => {
    test('share what there is, each job once, each not more than it was told', async () => {
      const instance = randomUUID();
      await using one = await queueOf(instance);
      await using two = await queueOf(instance);
      const ids = Array.from({ length: 5 }, () => randomUUID());
      await using stack = new AsyncDisposableStack();
      const [a, b] = [await holding(one, 2), await holding(two, 2)];
      stack.use(a.worker);
      stack.use(b.worker);
      for (const id of ids) await one.add(id, 5);
      await until(() => a.held.length === 2 && b.held.length === 2, 'both to be full');
      expect(await one.stats()).toMatchObject({ waiting: 1, active: 4 });
      a.letGo();
      b.letGo();
      await until(() => a.held.length + b.held.length === 5, 'all of it');
      expect([...a.held, ...b.held].toSorted()).toEqual(ids.toSorted());
    });

    test('that start leave alone what others are working on', async () => {
      const instance = randomUUID();
      await using one = await queueOf(instance);
      await using two = await queueOf(instance);
      const [mine, free] = [randomUUID(), randomUUID()];
      await using stack = new AsyncDisposableStack();
      const a = await holding(one, 1);
      stack.use(a.worker);
      await one.add(mine, 5);
      await until(() => a.held.length === 1, 'the job to be taken');
      for (let round = 0; round < 3; round++) {
        const b = await holding(two, 2);
        await two.add(`${free}-${round}`, 5);
        await until(() => b.held.length > 0, 'the other job to be taken');
        expect(b.held).toEqual([`${free}-${round}`]);
        b.letGo();
        await b.worker[Symbol.asyncDispose]();
      }
      expect(a.held).toEqual([mine]);
      a.letGo();
    });

    test('that end finish what they have begun, and take no more', async () => {
      await using queue = await queueOf();
      const [first, second] = [randomUUID(), randomUUID()];
      const { held, letGo, worker } = await holding(queue, 1);
      await queue.add(first, 5);
      await until(() => held.length === 1, 'the job to be taken');
      await queue.add(second, 5);
      let ended = false;
      const ending = (async () => {
        await worker[Symbol.asyncDispose]();
        ended = true;
      })();
      expect(await queue.stats()).toMatchObject({ active: 1 });
      expect(ended).toBe(false);
      letGo();
      await ending;
      await worker[Symbol.asyncDispose]();
      expect(held).toEqual([first]);
      expect(await queue.holds(second)).toBe(true);
    });

    test('of other instances do not see each other’s jobs', async () => {
      if (!place.valkey) return;
      await using mine = await queueOf();
      await using other = await queueOf();
      await mine.add(randomUUID(), 5);
      expect(await other.stats()).toMatchObject({ waiting: 0 });
    });

    test('that are killed lose nothing: the job is delivered again', async () => {
      const instance = randomUUID();
      const { lockMs, stalledMs } = IMPATIENT;
      const patience = { lockMs, stalledMs };
      await using queue = await queueOf(instance, patience);
      const id = randomUUID();
      await queue.add(id, 5);
      const holder = spawn(
        process.execPath,
        [HOLDER, JSON.stringify({ databaseUrl: place.databaseUrl, valkey: place.valkey, instance, patience })],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      await once(holder.stdout, 'data');
      const gone = once(holder, 'exit');
      holder.kill('SIGKILL');
      await gone;
      expect(await queue.holds(id)).toBe(true);
      await using stack = new AsyncDisposableStack();
      const again = Promise.withResolvers<string>();
      stack.use(await queue.work(async (delivered) => again.resolve(delivered), 1));
      expect(await again.promise).toBe(id);
    });
  });

  describe('a queue', () => {
    test('says that it works, and closes twice', async () => {
      const queue = await queueOf();
      await queue.check();
      await queue[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
    });

    test('that cannot be reached says so, and that it may pass', async () => {
      const opening = createQueue({ ...place.nowhere, instance: 'x', log: createLog('silent'), patience: IMPATIENT });
      await expect(opening).rejects.toMatchObject({ code: 'queue.unreachable', retryable: true });
    });
  });
}
