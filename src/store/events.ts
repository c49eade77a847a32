import { and, asc, eq, gt, inArray, sql, type SQL } from 'drizzle-orm';
import { changesReport, changesWaiting, type EventType, type NewEvent, type StoredEvent } from '../domain/event.ts';
import type { Db } from './database.ts';
import { events, reports, tasks } from './schema.ts';

/** Changes take turns on this lock, so that events get their numbers in the order in which they become visible. */
const CHANGE_LOCK = 7_310_332;

/** A transaction in which events may be appended. Only `change` makes one. */
export type Change = Db & { readonly [inChange]: true };
declare const inChange: unique symbol;

/**
 * Runs a change of state and the events that tell of it as one transaction. Keep it short and inside the database: changes
 * of all processes take turns. Everybody who listens is woken when it commits.
 */
export async function change<T>(db: Db, work: (tx: Change) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${CHANGE_LOCK})`);
    return work(tx as unknown as Change);
  });
}

export async function appendEvent(tx: Change, event: NewEvent): Promise<number> {
  const [row] = await tx
    .insert(events)
    .values({ type: event.type, taskId: event.taskId ?? null, agentId: event.agentId ?? null, data: event.data ?? {} })
    .returning({ seq: events.seq });
  const seq = row!.seq;
  if (event.taskId && changesReport(event.type)) await wantReports(tx, seq, eq(tasks.id, event.taskId));
  if (changesWaiting(event.type)) await wantReports(tx, seq, inArray(tasks.state, ['pending', 'dispatched']));
  await notify(tx, 'event');
  return seq;
}

/** The reports of these tasks are behind from this event on. */
async function wantReports(tx: Change, seq: number, which: SQL): Promise<void> {
  await tx.execute(sql`
    insert into ${reports} (task_id, wanted) select ${tasks.id}, ${seq}::bigint from ${tasks} where ${which}
    on conflict (task_id) do update set wanted = excluded.wanted`);
  await notify(tx, 'report');
}

/** Wakes whoever waits for this topic, in every process, when the transaction commits. */
export async function notify(tx: Db, topic: string): Promise<void> {
  await tx.execute(sql`select pg_notify('signalbox', ${topic})`);
}

export interface EventFilter {
  readonly after: number;
  readonly limit: number;
  readonly taskId?: string;
  readonly agentId?: string;
  readonly types?: readonly EventType[];
}

export async function readEvents(db: Db, filter: EventFilter): Promise<StoredEvent[]> {
  const conditions: SQL[] = [gt(events.seq, filter.after)];
  if (filter.taskId) conditions.push(eq(events.taskId, filter.taskId));
  if (filter.agentId) conditions.push(eq(events.agentId, filter.agentId));
  if (filter.types) conditions.push(inArray(events.type, [...filter.types]));
  return db
    .select()
    .from(events)
    .where(and(...conditions))
    .orderBy(asc(events.seq))
    .limit(filter.limit);
}

export interface NotedAnswer {
  readonly ok: boolean;
  readonly reply: string | null;
}

/** What a command of this cause was answered, when it was carried out or refused before; null when it was not. */
export async function notedAnswer(db: Db, cause: string): Promise<NotedAnswer | null> {
  const [noted] = await db
    .select({ type: events.type, reply: sql<string | null>`${events.data} ->> 'reply'` })
    .from(events)
    .where(and(inArray(events.type, ['command.accepted', 'command.refused']), sql`(${events.data} ->> 'cause') = ${cause}`))
    .limit(1);
  return noted ? { ok: noted.type === 'command.accepted', reply: noted.reply } : null;
}
