import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Db } from './database.ts';
import { facts } from './schema.ts';

/** The name of everything on this database: containers and keys carry it, so that instances never touch each other's. */
export async function instanceId(db: Db): Promise<string> {
  await db.insert(facts).values({ name: 'instance', value: randomUUID() }).onConflictDoNothing();
  const [fact] = await db.select().from(facts).where(eq(facts.name, 'instance'));
  return fact!.value;
}
