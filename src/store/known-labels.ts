import { and, eq, sql } from 'drizzle-orm';
import type { SubjectRef } from '../domain/task.ts';
import type { Db } from './database.ts';
import { knownLabels } from './schema.ts';

export interface LabelNote {
  readonly subject: SubjectRef;
  readonly label: string;
  readonly present: boolean;
  /** By the forge's clock. */
  readonly at: Date;
  /** The delivery that tells it. */
  readonly deliveryId: string;
}

/** Seconds by which two accounts of one change may differ: a webhook has the subject's time, the forge's own record that of the event. */
const SAME_CHANGE_SECONDS = 5;

/**
 * Notes that a label was put on or taken off. true when that is news: it was not so before, or is so again since later. To
 * the delivery that was told `true` it stays news, so that it can be handled again after a crash.
 */
export async function noteLabel(db: Db, { subject, label, present, at, deliveryId }: LabelNote): Promise<boolean> {
  const told = await db
    .insert(knownLabels)
    .values({ ...placeOf(subject), label, present, changedAt: at, deliveryId })
    .onConflictDoUpdate({
      target: [knownLabels.forge, knownLabels.repository, knownLabels.number, knownLabels.label],
      set: { present, changedAt: at, deliveryId },
      setWhere: sql`${knownLabels.deliveryId} = ${deliveryId}
        or (${knownLabels.present} <> ${present} and excluded.changed_at >= ${knownLabels.changedAt})
        or excluded.changed_at > ${knownLabels.changedAt} + ${SAME_CHANGE_SECONDS} * interval '1 second'`,
    })
    .returning({ label: knownLabels.label });
  return told.length > 0;
}

/** What is known of a subject's labels; those that were never heard of are missing. */
export async function labelsKnownOf(
  db: Db,
  subject: SubjectRef,
): Promise<ReadonlyMap<string, { readonly present: boolean; readonly deliveryId: string }>> {
  const { forge, repository, number } = placeOf(subject);
  const rows = await db
    .select()
    .from(knownLabels)
    .where(and(eq(knownLabels.forge, forge), eq(knownLabels.repository, repository), eq(knownLabels.number, number)));
  return new Map(rows.map(({ label, present, deliveryId }) => [label, { present, deliveryId }]));
}

function placeOf({ forge, repository, number }: SubjectRef) {
  return { forge, repository, number };
}
