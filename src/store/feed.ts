import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm';
import type { EventType, StoredEvent } from '../domain/event.ts';
import type { Db } from './database.ts';
import { events, tasks } from './schema.ts';
import { within, type Scope } from './scope.ts';

/** An event with what it is about, for whoever reads the log from outside. */
export interface FeedEvent extends StoredEvent {
  readonly forge: string | null;
  readonly repository: string | null;
  readonly number: number | null;
  /** Who did it, where somebody did. */
  readonly actor: string | null;
  /** Of the request that it goes back to, where it does to one. */
  readonly requestId: string | null;
}

export interface FeedFilter {
  readonly scope: Scope;
  readonly taskId?: string | undefined;
  /** Of `taskId`: this agent's events, and those that are of no agent. */
  readonly agentId?: string | undefined;
  readonly forge?: string | undefined;
  readonly repository?: string | undefined;
  readonly actor?: string | undefined;
  readonly types?: readonly EventType[] | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** The number of the newest event; 0 before the first. */
export async function headOfLog(db: Db): Promise<number> {
  const [row] = await db.select({ head: sql<string | null>`max(${events.seq})` }).from(events);
  return Number(row?.head ?? 0);
}

/** Events after `after` and up to `upTo`, oldest first. */
export async function readFeed(db: Db, filter: FeedFilter, page: { after: number; upTo?: number; limit: number }): Promise<FeedEvent[]> {
  const upTo = page.upTo === undefined ? undefined : lte(events.seq, page.upTo);
  return feed(db, [gt(events.seq, page.after), upTo, ...conditionsOf(filter)], asc(events.seq), page.limit);
}

/** Events before `before`, newest first. */
export async function readFeedBackwards(
  db: Db,
  filter: FeedFilter,
  page: { before?: number | undefined; limit: number },
): Promise<FeedEvent[]> {
  const before = page.before === undefined ? undefined : lt(events.seq, page.before);
  return feed(db, [before, ...conditionsOf(filter)], desc(events.seq), page.limit);
}

const ACTOR = sql<string | null>`coalesce(${events.data} ->> 'actor', ${events.data} ->> 'by')`;
const FORGE = sql<string | null>`coalesce(${tasks.forge}, ${events.data} ->> 'forge')`;
const REPOSITORY = sql<string | null>`coalesce(${tasks.repository}, ${events.data} ->> 'repository')`;
/** null for work that is about nothing on the forge. */
const NUMBER = sql<number | null>`nullif(greatest(0, coalesce(${tasks.number}, (${events.data} ->> 'number')::int)), 0)`;
const COLUMNS = {
  seq: events.seq,
  type: events.type,
  taskId: events.taskId,
  agentId: events.agentId,
  data: events.data,
  at: events.at,
  forge: FORGE,
  repository: REPOSITORY,
  number: NUMBER,
  actor: ACTOR,
  requestId: sql<string | null>`coalesce(${events.data} ->> 'requestId', ${tasks.requestId})`,
};

function feed(db: Db, conditions: (SQL | undefined)[], order: SQL, limit: number): Promise<FeedEvent[]> {
  return db
    .select(COLUMNS)
    .from(events)
    .leftJoin(tasks, eq(tasks.id, events.taskId))
    .where(and(...conditions))
    .orderBy(order)
    .limit(limit);
}

function conditionsOf({ scope, taskId, agentId, forge, repository, actor, types, since, until }: FeedFilter): (SQL | undefined)[] {
  return [
    within(scope, { forge: FORGE, repository: REPOSITORY }),
    taskId === undefined ? undefined : eq(events.taskId, taskId),
    agentId === undefined ? undefined : or(isNull(events.agentId), eq(events.agentId, agentId)),
    forge === undefined ? undefined : sql`${FORGE} = ${forge}`,
    repository === undefined ? undefined : sql`${REPOSITORY} = ${repository}`,
    actor === undefined ? undefined : sql`${ACTOR} = ${actor}`,
    types && inArray(events.type, [...types]),
    since && gte(events.at, since),
    until && lt(events.at, until),
  ];
}
