import { eq, sql } from 'drizzle-orm';
import type { Db } from './database.ts';
import { checkpoints } from './schema.ts';

export type Checkpoint = Pick<typeof checkpoints.$inferSelect, 'commit' | 'bundle'>;

/** Keeps the newest checkpoint of an agent, for a takeover on another machine. */
export async function putCheckpoint(db: Db, agentId: string, checkpoint: Checkpoint): Promise<void> {
  await db
    .insert(checkpoints)
    .values({ agentId, ...checkpoint })
    .onConflictDoUpdate({ target: checkpoints.agentId, set: { ...checkpoint, at: sql`now()` } });
}

export async function checkpointOf(db: Db, agentId: string): Promise<Checkpoint | null> {
  const [row] = await db
    .select({ commit: checkpoints.commit, bundle: checkpoints.bundle })
    .from(checkpoints)
    .where(eq(checkpoints.agentId, agentId));
  return row ?? null;
}

/** An agent that is over needs none. */
export async function dropCheckpoint(db: Db, agentId: string): Promise<void> {
  await db.delete(checkpoints).where(eq(checkpoints.agentId, agentId));
}
