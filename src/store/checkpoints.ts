import { eq, sql } from 'drizzle-orm';
import type { Db } from './database.ts';
import { checkpoints } from './schema.ts';

export type Checkpoint = Pick<typeof checkpoints.$inferSelect, 'commit' | 'bundle' | 'outdated'>;

/** Keeps the newest checkpoint of an agent, for a takeover on another machine. */
export async function putCheckpoint(db: Db, agentId: string, checkpoint: Omit<Checkpoint, 'outdated'>): Promise<void> {
  const { commit, bundle } = checkpoint;
  await db
    .insert(checkpoints)
    .values({ agentId, commit, bundle })
    .onConflictDoUpdate({ target: checkpoints.agentId, set: { commit, bundle, outdated: false, at: sql`now()` } });
}

/** The agent goes on without a newer one. */
export async function outdateCheckpoint(db: Db, agentId: string): Promise<void> {
  await db.update(checkpoints).set({ outdated: true }).where(eq(checkpoints.agentId, agentId));
}

export async function checkpointOf(db: Db, agentId: string): Promise<Checkpoint | null> {
  const { commit, bundle, outdated } = checkpoints;
  const [row] = await db.select({ commit, bundle, outdated }).from(checkpoints).where(eq(checkpoints.agentId, agentId));
  return row ?? null;
}

/** An agent that is over needs none. */
export async function dropCheckpoint(db: Db, agentId: string): Promise<void> {
  await db.delete(checkpoints).where(eq(checkpoints.agentId, agentId));
}
