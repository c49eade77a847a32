import { eq, sql } from 'drizzle-orm';
import type { Db } from './database.ts';
import { reports } from './schema.ts';

export type Report = typeof reports.$inferSelect;

/** Takes reports that are behind and due, until `leaseMs` from now; after that they are due again. */
export async function claimReports(db: Db, limit: number, leaseMs: number): Promise<Report[]> {
  const claimed = await db.execute<{ task_id: string }>(sql`
    update ${reports} set due_at = now() + ${leaseMs} * interval '1 millisecond', attempts = attempts + 1
    where task_id in (
      select task_id from ${reports} where wanted > done and due_at <= now() order by due_at limit ${limit} for update skip locked)
    returning task_id`);
  const rows: Report[] = [];
  for (const { task_id } of claimed.rows) {
    const [row] = await db.select().from(reports).where(eq(reports.taskId, task_id));
    if (row) rows.push(row);
  }
  return rows;
}

/** Prolongs a claim, for who is still at it. */
export async function renewReport(db: Db, taskId: string, leaseMs: number): Promise<void> {
  await db
    .update(reports)
    .set({ dueAt: sql`now() + ${leaseMs} * interval '1 millisecond'` })
    .where(eq(reports.taskId, taskId));
}

/** Notes what was written to the forge, at once, so that a crash afterwards repeats as little as possible. */
export async function noteReport(
  db: Db,
  taskId: string,
  patch: Partial<Pick<Report, 'commentId' | 'commentBody' | 'checks'>>,
): Promise<void> {
  await db.update(reports).set(patch).where(eq(reports.taskId, taskId));
}

/** Whether something has happened that a report does not know yet. */
export async function isOvertaken(db: Db, { taskId, wanted }: Pick<Report, 'taskId' | 'wanted'>): Promise<boolean> {
  const [row] = await db.select({ wanted: reports.wanted }).from(reports).where(eq(reports.taskId, taskId));
  return row !== undefined && row.wanted > wanted;
}

/** The forge shows everything up to this event. The next change is written no sooner than `restMs` from now. */
export async function finishReport(db: Db, taskId: string, done: number, restMs: number): Promise<void> {
  await db
    .update(reports)
    .set({ done, attempts: 0, problem: null, dueAt: sql`now() + ${restMs} * interval '1 millisecond'` })
    .where(eq(reports.taskId, taskId));
}

export async function postponeReport(db: Db, taskId: string, problem: string, delayMs: number): Promise<void> {
  await db
    .update(reports)
    .set({ problem, dueAt: sql`now() + ${delayMs} * interval '1 millisecond'` })
    .where(eq(reports.taskId, taskId));
}

/** When the next report that is behind becomes due: milliseconds from now, null when none is behind. */
export async function nextReportIn(db: Db): Promise<number | null> {
  const result = await db.execute<{ ms: string | null }>(
    sql`select extract(epoch from min(due_at) - now()) * 1000 as ms from ${reports} where wanted > done`,
  );
  const ms = result.rows[0]?.ms;
  return ms === null || ms === undefined ? null : Math.max(0, Number(ms));
}
