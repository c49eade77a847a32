import { and, desc, eq, like, not, or, sql } from 'drizzle-orm';
import type { Origin } from '../domain/origin.ts';
import type { Db } from './database.ts';
import { notify } from './events.ts';
import { deliveries, forgottenDeliveries } from './schema.ts';

export type Delivery = typeof deliveries.$inferSelect;

/**
 * Writes a delivery down, once per forge and delivery id, and once per forge and key. One that failed before is taken up
 * again: whoever sends it once more wants that.
 */
export async function recordDelivery(
  db: Db,
  delivery: Pick<Delivery, 'forge' | 'deliveryId' | 'key' | 'event' | 'body' | 'lane'> & { origin: Origin; ignored: string | null },
): Promise<'recorded' | 'duplicate'> {
  const { ignored, origin, ...rest } = delivery;
  const row = { ...rest, ...origin };
  const values = ignored === null ? row : { ...row, state: 'ignored' as const, note: ignored, handledAt: new Date() };
  return db.transaction(async (tx) => {
    const inserted = await tx.insert(deliveries).values(values).onConflictDoNothing().returning({ seq: deliveries.seq });
    if (inserted.length === 0 && !(await takeUpAgain(tx, delivery))) return 'duplicate';
    if (ignored === null) await notify(tx, 'delivery');
    return 'recorded';
  });
}

/** As of the newer request. `attempts` stays above nothing, so that what was done of it before it failed is not done again. */
async function takeUpAgain(
  tx: Pick<Db, 'update'>,
  { forge, deliveryId, key, origin }: Pick<Delivery, 'forge' | 'deliveryId' | 'key'> & { origin: Origin },
): Promise<boolean> {
  const same = or(eq(deliveries.deliveryId, deliveryId), key === null ? undefined : eq(deliveries.key, key));
  const taken = await tx
    .update(deliveries)
    .set({ ...origin, state: 'received', note: null, handledAt: null, attempts: 1, dueAt: sql`now()` })
    .where(and(eq(deliveries.forge, forge), same, eq(deliveries.state, 'failed')))
    .returning({ seq: deliveries.seq });
  return taken.length > 0;
}

/**
 * Takes deliveries that are due, oldest first, at most one of a lane and none whose lane has an older one that is not
 * over. Whoever takes one has until `leaseMs` from now to finish it; after that it is due again.
 */
export async function claimDeliveries(db: Db, limit: number, leaseMs: number): Promise<Delivery[]> {
  const claimed = await db.execute<{ seq: string }>(sql`
    update ${deliveries} set due_at = now() + ${leaseMs} * interval '1 millisecond', attempts = attempts + 1
    where seq in (
      select seq from ${deliveries} d
      where state = 'received' and due_at <= now()
        and not exists (select 1 from ${deliveries} o where o.state = 'received' and o.lane = d.lane and o.seq < d.seq)
      order by seq limit ${limit} for update skip locked)
    returning seq`);
  const rows: Delivery[] = [];
  for (const { seq } of claimed.rows) {
    const [row] = await db
      .select()
      .from(deliveries)
      .where(eq(deliveries.seq, Number(seq)));
    if (row) rows.push(row);
  }
  return rows.sort((a, b) => a.seq - b.seq);
}

/** Prolongs a claim, for who is still at it. */
export async function renewDelivery(db: Db, seq: number, leaseMs: number): Promise<void> {
  await db
    .update(deliveries)
    .set({ dueAt: sql`now() + ${leaseMs} * interval '1 millisecond'` })
    .where(and(eq(deliveries.seq, seq), eq(deliveries.state, 'received')));
}

export async function finishDelivery(db: Db, seq: number, state: 'handled' | 'ignored' | 'failed', note: string | null): Promise<void> {
  await db
    .update(deliveries)
    .set({ state, note, handledAt: new Date() })
    .where(and(eq(deliveries.seq, seq), eq(deliveries.state, 'received')));
}

/** Puts a delivery back, to be tried again after `delayMs`. */
export async function postponeDelivery(db: Db, seq: number, note: string, delayMs: number): Promise<void> {
  await db
    .update(deliveries)
    .set({ note, dueAt: sql`now() + ${delayMs} * interval '1 millisecond'` })
    .where(and(eq(deliveries.seq, seq), eq(deliveries.state, 'received')));
}

/** When the forge last sent something, whatever it was; null: not as far back as deliveries are kept. */
export async function lastDeliveryFrom(db: Db, forge: string): Promise<Date | null> {
  const [row] = await db
    .select({ at: deliveries.receivedAt })
    .from(deliveries)
    .where(and(eq(deliveries.forge, forge), not(like(deliveries.deliveryId, 'polled %'))))
    .orderBy(desc(deliveries.seq))
    .limit(1);
  return row?.at ?? null;
}

/** Forgets what was handled before this instant, and keeps how many there were; the event log keeps what came of them. */
export async function pruneDeliveries(db: Db, before: Date): Promise<number> {
  const { rows } = await db.execute<{ gone: string }>(sql`
    with gone as (delete from ${deliveries} where handled_at <= ${before.toISOString()} and state <> 'received' returning forge, state),
    counted as (
      insert into ${forgottenDeliveries} as known (forge, state, count) select forge, state, count(*) from gone group by forge, state
      on conflict (forge, state) do update set count = known.count + excluded.count)
    select count(*) as gone from gone`);
  return Number(rows[0]!.gone);
}
