import { and, desc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../domain/role.ts';
import type { Db } from './database.ts';
import { appendEvent, type Change } from './events.ts';
import { tokens } from './schema.ts';

const SHOWN = {
  id: tokens.id,
  name: tokens.name,
  role: tokens.role,
  createdBy: tokens.createdBy,
  createdAt: tokens.createdAt,
  lastUsedAt: tokens.lastUsedAt,
  expiresAt: tokens.expiresAt,
  revokedAt: tokens.revokedAt,
};

/** A token as it is listed: without what could be used. */
export type TokenEntry = Awaited<ReturnType<typeof listTokens>>[number];

export interface TokenWish {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** null: it does not expire. */
  readonly expiresAt: Date | null;
  readonly createdBy: string;
}

/** Milliseconds. A token that is used all the time is not written down all the time. */
const NOTE_USE_MS = 60_000;

/** Makes a token. Its text is in the answer, and known to nobody afterwards. */
export async function createToken(tx: Change, wish: TokenWish): Promise<{ entry: TokenEntry; token: string }> {
  const token = `sbx_${randomBytes(32).toString('base64url')}`;
  const [entry] = await tx
    .insert(tokens)
    .values({ ...wish, digest: digestOf(token) })
    .returning(SHOWN);
  const { id, name, role, expiresAt, createdBy } = wish;
  await appendEvent(tx, { type: 'token.created', data: { actor: createdBy, token: id, name, role, expiresAt } });
  return { entry: entry!, token };
}

/** Whose token this is, while it is valid. */
export async function useToken(db: Db, token: string): Promise<Pick<TokenEntry, 'id' | 'name' | 'role'> | null> {
  const { id, name, role, lastUsedAt } = tokens;
  const [found] = await db
    .select({
      id,
      name,
      role,
      stale: sql<boolean>`${lastUsedAt} is null or ${lastUsedAt} < now() - ${NOTE_USE_MS} * interval '1 millisecond'`,
    })
    .from(tokens)
    .where(and(eq(tokens.digest, digestOf(token)), valid()));
  if (!found) return null;
  if (found.stale)
    await db
      .update(tokens)
      .set({ lastUsedAt: sql`now()` })
      .where(eq(tokens.id, found.id));
  return found;
}

/** Whether there is any that is valid. */
export async function anyToken(db: Db): Promise<boolean> {
  const found = await db.select({ id: tokens.id }).from(tokens).where(valid()).limit(1);
  return found.length > 0;
}

/** All of them, those that are over too; newest first. */
export async function listTokens(db: Db) {
  return db.select(SHOWN).from(tokens).orderBy(desc(tokens.createdAt));
}

/** null: there is no such token. What was revoked before stays revoked at that time. */
export async function revokeToken(tx: Change, id: string, actor: string): Promise<TokenEntry | null> {
  const [revoked] = await tx
    .update(tokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(tokens.id, id), isNull(tokens.revokedAt)))
    .returning(SHOWN);
  if (revoked) await appendEvent(tx, { type: 'token.revoked', data: { actor, token: id, name: revoked.name } });
  if (revoked) return revoked;
  const [over] = await tx.select(SHOWN).from(tokens).where(eq(tokens.id, id));
  return over ?? null;
}

function valid() {
  return and(isNull(tokens.revokedAt), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, sql`now()`)));
}

/** Enough for a token that is random in all of its 256 bits. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
