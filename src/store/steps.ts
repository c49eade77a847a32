import { asc, eq } from 'drizzle-orm';
import type { Db } from './database.ts';
import { steps } from './schema.ts';

/** One step of a transcript, as its writer gave it. Written once: a second write of the same number is refused by the key. */
export async function appendStep(db: Db, agentId: string, seq: number, step: unknown): Promise<void> {
  await db.insert(steps).values({ agentId, seq, body: JSON.stringify(step) });
}

export async function readSteps(db: Db, agentId: string): Promise<{ step: unknown; at: Date }[]> {
  const rows = await db.select().from(steps).where(eq(steps.agentId, agentId)).orderBy(asc(steps.seq));
  return rows.map((row) => ({ step: JSON.parse(row.body) as unknown, at: row.at }));
}
