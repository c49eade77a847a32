import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { randomBytes } from 'node:crypto';
import type { Db } from './database.ts';
import { facts, tokens } from './schema.ts';
import type { TokenEntry } from './tokens.ts';

/** What the dashboard's sessions are signed with: one for all servers on this database, made when it is first asked for. */
export async function sessionKey(db: Db): Promise<Buffer> {
  await db
    .insert(facts)
    .values({ name: 'session-key', value: randomBytes(32).toString('base64url') })
    .onConflictDoNothing();
  const [fact] = await db.select().from(facts).where(eq(facts.name, 'session-key'));
  return Buffer.from(fact!.value, 'base64url');
}

/** The token that a session began with, while it is valid. */
export async function validToken(db: Db, id: string): Promise<Pick<TokenEntry, 'name' | 'role'> | null> {
  const { name, role, revokedAt, expiresAt } = tokens;
  const [found] = await db
    .select({ name, role })
    .from(tokens)
    .where(and(eq(tokens.id, id), isNull(revokedAt), or(isNull(expiresAt), gt(expiresAt, sql`now()`))));
  return found ?? null;
}
