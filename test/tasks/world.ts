import { randomUUID } from 'node:crypto';
import { createLog } from '../../src/log.ts';
import { createQueue } from '../../src/queue/index.ts';
import type { Queue } from '../../src/queue/queue.ts';
import type { Database } from '../../src/store/database.ts';
import { openNotifications, type Notifications } from '../../src/store/notifications.ts';
import { openStore } from '../store/open.ts';
import { Tracing } from '../../src/tracing/tracing.ts';

/** The parts that move tasks, on a database and a queue of the test's own. */
export interface World extends AsyncDisposable {
  readonly store: Database;
  readonly db: Database['db'];
  readonly notifications: Notifications;
  readonly queue: Queue;
  readonly log: ReturnType<typeof createLog>;
  readonly tracing: Tracing;
}

export async function openWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const log = createLog('silent');
  const store = stack.use(await openStore());
  const notifications = stack.use(await openNotifications(store.url, log));
  const queue = stack.use(await createQueue({ databaseUrl: store.url, valkey: null, instance: randomUUID(), log }));
  const parts = stack.move();
  return { store, db: store.db, notifications, queue, log, tracing: new Tracing(), [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
