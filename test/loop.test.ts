import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../src/log.ts';
import { startLoop } from '../src/loop.ts';
import type { Database } from '../src/store/database.ts';
import { notify } from '../src/store/events.ts';
import { openNotifications, type Notifications } from '../src/store/notifications.ts';
import { openStore } from './store/open.ts';

const NEVER_MS = 600_000;
let store: Database;
let notifications: Notifications;
beforeAll(async () => {
  store = await openStore();
  notifications = await openNotifications(store.url, createLog('silent'));
});
afterAll(async () => {
  await notifications[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

function options(changes: { everyMs?: number; log?: ReturnType<typeof createLog>; topic?: string } = {}) {
  return { name: 'test', topic: 'work', everyMs: NEVER_MS, notifications, log: createLog('silent'), ...changes };
}

/** Passes that the test counts and answers, and a promise of the n-th beginning. */
function passes(answer: (pass: number) => Promise<'again' | 'wait' | number> | 'again' | 'wait' | number) {
  let count = 0;
  const begun: PromiseWithResolvers<void>[] = [];
  const at = (index: number) => (begun[index] ??= Promise.withResolvers<void>());
  return {
    count: () => count,
    began: (pass: number) => at(pass).promise,
    async pass() {
      count += 1;
      at(count).resolve();
      return answer(count);
    },
  };
}

describe('a loop', () => {
  test('looks at once, and again while there is more', async () => {
    const work = passes((pass) => (pass < 4 ? 'again' : 'wait'));
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(options(), () => work.pass()));
    await work.began(4);
  });

  test('is woken by its topic', async () => {
    const work = passes(() => 'wait');
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(options(), () => work.pass()));
    await work.began(1);
    await notify(store.db, 'work');
    await work.began(2);
  });

  test('misses nothing that is written while it looks', async () => {
    const work = passes(async (pass): Promise<'wait'> => {
      if (pass === 1) {
        const heard = notifications.next('work', NEVER_MS, new AbortController().signal);
        await notify(store.db, 'work');
        await heard;
      }
      return 'wait';
    });
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(options(), () => work.pass()));
    await work.began(2);
  });

  test('looks by itself after its time, or sooner where the pass says so', async () => {
    const slow = passes(() => 'wait');
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(options({ everyMs: 5, topic: 'none' }), () => slow.pass()));
    const soon = passes(() => 5);
    loops.use(startLoop(options({ topic: 'none' }), () => soon.pass()));
    await Promise.all([slow.began(3), soon.began(3)]);
  });

  test('goes on after a pass that failed, and says what failed', async () => {
    const lines = new PassThrough();
    const work = passes((pass) => {
      if (pass === 1) throw new Error('the database is away');
      return 'wait';
    });
    await using loops = new AsyncDisposableStack();
    loops.use(startLoop(options({ everyMs: 5, log: createLog('error', lines) }), () => work.pass()));
    await work.began(2);
    expect(String(lines.read())).toMatch(/"loop":"test".*"msg":"the database is away"/);
  });

  test('ends when it is disposed, after the pass that is under way, and does not begin another', async () => {
    const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let passesMade = 0;
    let aborted = false;
    const loop = startLoop(options(), async (signal) => {
      passesMade += 1;
      signal.addEventListener('abort', () => (aborted = true));
      begun.resolve();
      await over.promise;
      return 'again';
    });
    await begun.promise;
    let ended = false;
    const ending = (async () => {
      await loop[Symbol.asyncDispose]();
      ended = true;
    })();
    expect([aborted, ended]).toEqual([true, false]);
    over.resolve();
    await ending;
    expect(passesMade).toBe(1);
    await loop[Symbol.asyncDispose]();
  });
});
