import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { EventType } from '../domain/event.ts';
import type { Db } from './database.ts';
import { events, tasks } from './schema.ts';

/** An entry of the audit log: an event, and what it is about. */
export type AuditEntry = Awaited<ReturnType<typeof auditPage>>[number];

export interface AuditFilter {
  readonly types: readonly EventType[];
  /** Part of the name of who asked. */
  readonly who?: string;
  readonly repository?: string;
}

/** Entries that fit, newest first, those before the number `before` where one is given. */
export async function auditPage(db: Db, filter: AuditFilter, { limit, before = null }: { limit: number; before?: number | null }) {
  const repository = sql<string | null>`coalesce(${tasks.repository}, ${events.data} ->> 'repository')`;
  const number = sql<number | null>`coalesce(${tasks.number}, (${events.data} ->> 'number')::int)`;
  const who = sql<string | null>`coalesce(${events.data} ->> 'actor', ${events.data} ->> 'by')`;
  const asked = filter.who?.toLowerCase();
  return db
    .select({
      seq: events.seq,
      at: events.at,
      type: events.type,
      data: events.data,
      taskId: events.taskId,
      forge: sql<string | null>`coalesce(${tasks.forge}, ${events.data} ->> 'forge')`,
      repository,
      number,
      who,
    })
    .from(events)
    .leftJoin(tasks, eq(tasks.id, events.taskId))
    .where(
      and(
        inArray(events.type, [...filter.types]),
        before === null ? undefined : lt(events.seq, before),
        asked === undefined ? undefined : sql`strpos(lower(${who}), ${asked}) > 0`,
        filter.repository === undefined ? undefined : sql`${repository} = ${filter.repository}`,
      ),
    )
    .orderBy(desc(events.seq))
    .limit(limit);
}
