import { and, asc, eq, gte } from 'drizzle-orm';
import type { Db } from './database.ts';
import { steps } from './schema.ts';

/** One step of a transcript, as its writer gave it. Written once: a second write of the same number is refused by the key. */
export async function appendStep(db: Db, agentId: string, seq: number, step: unknown): Promise<void> {
  await db.insert(steps).values({ agentId, seq, body: JSON.stringify(step) });
}

/** All steps in order, or `limit` of them beginning with number `from`. */
export async function readSteps(
  db: Db,
  agentId: string,
  { from, limit }: { readonly from: number; readonly limit?: number } = { from: 0 },
): Promise<{ seq: number; step: unknown; at: Date }[]> {
  const query = db
    .select()
    .from(steps)
    .where(and(eq(steps.agentId, agentId), gte(steps.seq, from)))
    .orderBy(asc(steps.seq))
    .$dynamic();
  const rows = await (limit === undefined ? query : query.limit(limit));
  return rows.map(({ seq, body, at }) => ({ seq, step: JSON.parse(body) as unknown, at }));
}
