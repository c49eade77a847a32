import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Db } from './database.ts';
import { appendEvent, notify, type Change } from './events.ts';
import { facts, type StopRequest } from './schema.ts';

/** The name of everything on this database: containers and keys carry it, so that instances never touch each other's. */
export async function instanceId(db: Db): Promise<string> {
  await db.insert(facts).values({ name: 'instance', value: randomUUID() }).onConflictDoNothing();
  const [fact] = await db.select().from(facts).where(eq(facts.name, 'instance'));
  return fact!.value;
}

/** When this instance was first started on this database. */
export async function instanceSince(db: Db): Promise<Date> {
  const [fact] = await db.select().from(facts).where(eq(facts.name, 'instance'));
  return fact?.at ?? new Date();
}

export interface Halt extends StopRequest {
  readonly at: string;
}

/** Who halted the instance, and why; null when it is not halted. While it is, nothing new starts. */
export async function haltOf(db: Db): Promise<Halt | null> {
  const [fact] = await db.select().from(facts).where(eq(facts.name, 'halt'));
  return fact ? (JSON.parse(fact.value) as Halt) : null;
}

/** false: it was halted already, and the first request stands. */
export async function halt(tx: Change, request: StopRequest): Promise<boolean> {
  const value = JSON.stringify({ ...request, at: new Date().toISOString() } satisfies Halt);
  const made = await tx.insert(facts).values({ name: 'halt', value }).onConflictDoNothing().returning();
  if (made.length > 0) await appendEvent(tx, { type: 'instance.halted', data: { ...request } });
  return made.length > 0;
}

/** false: it was not halted. */
export async function liftHalt(tx: Change, request: StopRequest): Promise<boolean> {
  const gone = await tx.delete(facts).where(eq(facts.name, 'halt')).returning();
  if (gone.length === 0) return false;
  await appendEvent(tx, { type: 'instance.resumed', data: { ...request } });
  await notify(tx, 'task');
  return true;
}
