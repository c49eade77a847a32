import { eq, sql } from 'drizzle-orm';
import type { Db } from './database.ts';
import type { Change } from './events.ts';
import { diffs } from './schema.ts';

export type Diff = Pick<typeof diffs.$inferSelect, 'commit' | 'text' | 'truncated'>;

/** Keeps what an agent has changed so far, in place of what it had before. */
export async function putDiff(tx: Change, agentId: string, diff: Diff): Promise<void> {
  await tx
    .insert(diffs)
    .values({ agentId, ...diff })
    .onConflictDoUpdate({ target: diffs.agentId, set: { ...diff, at: sql`now()` } });
}

/** null: it has changed nothing yet. */
export async function diffOf(db: Db, agentId: string): Promise<Diff | null> {
  const [row] = await db
    .select({ commit: diffs.commit, text: diffs.text, truncated: diffs.truncated })
    .from(diffs)
    .where(eq(diffs.agentId, agentId));
  return row ?? null;
}
