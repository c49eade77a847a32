import { startLoop, type LoopOptions } from '../loop.ts';
import type { Db } from '../store/database.ts';
import { headOfLog, readFeed, type FeedEvent } from '../store/feed.ts';
import { claimReader, releaseReader } from '../store/readers.ts';

export interface LogReaderOptions extends Pick<LoopOptions, 'name' | 'notifications' | 'log'> {
  readonly db: Db;
}

const AT_ONCE = 200;
/** Milliseconds. A server that dies over it leaves it to the next one after this. */
const LEASE_MS = 10_000;

/**
 * Tells the events of the log, in their order, until disposed. Of several servers one does it at a time. After a crash in
 * between, events can come a second time: their numbers tell. What was before the first start is not told.
 */
export function startLogReader(options: LogReaderOptions, tell: (events: readonly FeedEvent[]) => Promise<void>): AsyncDisposable {
  const { db, name } = options;
  return startLoop({ topic: 'event', everyMs: 1000, ...options }, async () => {
    const claimed = await claimReader(db, name, LEASE_MS);
    if (claimed === null) return 'wait';
    let reached = claimed;
    try {
      const head = await headOfLog(db);
      const events = await readFeed(db, { scope: 'everything' }, { after: claimed, upTo: head, limit: AT_ONCE });
      await tell(events);
      reached = events.length === AT_ONCE ? events.at(-1)!.seq : head;
      return events.length === AT_ONCE ? 'again' : 'wait';
    } finally {
      await releaseReader(db, name, reached);
    }
  });
}
