import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../store/database.ts';
import { headOfLog, readFeed, type FeedEvent, type FeedFilter } from '../store/feed.ts';
import type { Notifications } from '../store/notifications.ts';

/** What was read of the log in one go: everything that fits the filter up to `position`. */
export interface Reading {
  readonly events: readonly FeedEvent[];
  readonly position: number;
}

export interface TailOptions {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly filter: FeedFilter;
  readonly after: number;
  /** Milliseconds. So often there is a reading, whether or not anything has happened. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

const MOST_AT_ONCE = 500;
/** Milliseconds. Many events in a row are read together. */
const REST_MS = 50;

/**
 * Follows the event log from a position on, for as long as somebody asks for the next reading. Numbers grow in the order of
 * commit, so whatever is not there below the head will never be, and nothing is left out. Holds one reading at most.
 *
 * Errors: whatever the database throws; following can be taken up again at the last position.
 */
export async function* tail({ db, notifications, filter, after, everyMs, signal }: TailOptions): AsyncGenerator<Reading> {
  let position = after;
  while (!signal.aborted) {
    // Listening starts before the look, so that nothing written meanwhile is missed.
    const looked = new AbortController();
    const woken = notifications.next('event', everyMs, AbortSignal.any([signal, looked.signal]));
    const head = await headOfLog(db);
    const events = head > position ? await readFeed(db, filter, { after: position, upTo: head, limit: MOST_AT_ONCE }) : [];
    const isFull = events.length === MOST_AT_ONCE;
    position = isFull ? events.at(-1)!.seq : Math.max(head, position);
    yield { events, position };
    if (isFull) looked.abort();
    await woken;
    if (!isFull) await sleep(REST_MS, undefined, { signal }).catch(() => {});
  }
}
