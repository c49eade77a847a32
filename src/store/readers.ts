import { eq, sql } from 'drizzle-orm';
import type { EventType, StoredEvent } from '../domain/event.ts';
import type { Db } from './database.ts';
import { readEvents } from './events.ts';
import { headOfLog } from './feed.ts';
import { readers } from './schema.ts';

const PAGE = 1000;

export interface Reader<State> {
  readonly name: string;
  readonly types: readonly EventType[];
  /** What was kept, or what to begin with; null when what was kept cannot be used, and the log is read anew. */
  readonly start: (kept: unknown) => State | null;
  readonly next: (state: State, event: StoredEvent) => State;
}

/**
 * Brings what a reader has made of the log up to date, and answers with it. Several processes take turns, and each event is
 * read once by one of them.
 */
export async function catchUp<State>(db: Db, reader: Reader<State>): Promise<State> {
  for (;;) {
    const { state, isUpToDate } = await db.transaction((tx) => readPage(tx, reader));
    if (isUpToDate) return state;
  }
}

async function readPage<State>(tx: Db, { name, types, start, next }: Reader<State>): Promise<{ state: State; isUpToDate: boolean }> {
  await tx.insert(readers).values({ name }).onConflictDoNothing();
  const [row] = await tx.select().from(readers).where(eq(readers.name, name)).for('update');
  const kept = start(row!.state ?? {});
  const after = kept === null ? 0 : row!.cursor;
  const head = await headOfLog(tx);
  const events = head > after ? await readEvents(tx, { after, limit: PAGE, types }) : [];
  const state = events.reduce(next, kept ?? start({})!);
  const isUpToDate = events.length < PAGE;
  const cursor = Math.max(isUpToDate ? head : 0, events.at(-1)?.seq ?? after);
  if (cursor > row!.cursor || kept === null) await tx.update(readers).set({ cursor, state }).where(eq(readers.name, name));
  return { state, isUpToDate };
}

/**
 * Takes a reader's turn for `leaseMs`, if nobody has it: where it stands, which is the end of the log when it is claimed for the
 * first time. null: somebody has it.
 */
export async function claimReader(db: Db, name: string, leaseMs: number): Promise<number | null> {
  await db
    .insert(readers)
    .values({ name, cursor: await headOfLog(db) })
    .onConflictDoNothing();
  const [mine] = await db
    .update(readers)
    .set({ dueAt: sql`now() + ${leaseMs} * interval '1 millisecond'` })
    .where(sql`${readers.name} = ${name} and ${readers.dueAt} <= now()`)
    .returning({ cursor: readers.cursor });
  return mine?.cursor ?? null;
}

/** Gives the turn back, and notes how far it came. */
export async function releaseReader(db: Db, name: string, cursor: number): Promise<void> {
  await db
    .update(readers)
    .set({ cursor, dueAt: sql`now()` })
    .where(eq(readers.name, name));
}
