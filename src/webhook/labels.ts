import { agentTypeOf } from '../domain/agent-labels.ts';
import type { Forge, ForgeEvent, LabelChange } from '../forge/forge.ts';
import type { Db } from '../store/database.ts';
import { labelsKnownOf, noteLabel } from '../store/known-labels.ts';

export interface LabelOptions {
  readonly db: Db;
  readonly forge: Forge;
  readonly deliveryId: string;
  readonly receivedAt: Date;
}

type LabelEvent = Extract<ForgeEvent, { kind: 'label-added' | 'label-removed' }>;
type LabelsChanged = Extract<ForgeEvent, { kind: 'labels-changed' }>;

/** Milliseconds between a label's own time and that of the webhook which may be about it. */
const SAME_CHANGE_MS = 60_000;

/**
 * What is news about the labels that mean something: each label put on or taken off, once, however often and by whichever
 * way it is told. Everything else passes as it is.
 */
export async function newsIn(event: ForgeEvent, options: LabelOptions): Promise<readonly ForgeEvent[]> {
  if (event.kind === 'labels-changed') return keepNews(await changesIn(event, options), options);
  if (event.kind !== 'label-added' && event.kind !== 'label-removed') return [event];
  return agentTypeOf(event.label) ? keepNews([event], options) : [];
}

async function keepNews(events: readonly LabelEvent[], { db, deliveryId, receivedAt }: LabelOptions): Promise<LabelEvent[]> {
  const news: LabelEvent[] = [];
  for (const event of events) {
    const { subject, label, kind } = event;
    const note = { subject, label, present: kind === 'label-added', at: event.at ?? receivedAt, deliveryId };
    if (await noteLabel(db, note)) news.push(event);
  }
  return news;
}

/** The labels of such a payload may be stale: what counts is what the subject has now. */
async function changesIn(event: LabelsChanged, options: LabelOptions): Promise<LabelEvent[]> {
  const { subject, subjectKind, sender, at } = event;
  const now = (await options.forge.subject(subject))?.labels.filter(agentTypeOf) ?? [];
  const before = await labelsBefore(event, now, options);
  const made = (kind: LabelEvent['kind'], label: string): LabelEvent => ({ kind, label, subject, subjectKind, sender, at });
  return [
    ...[...before].filter((label) => !now.includes(label)).map((label) => made('label-removed', label)),
    ...now.filter((label) => !before.has(label)).map((label) => made('label-added', label)),
  ];
}

/** The labels that the subject had before this delivery told of a change. */
async function labelsBefore(event: LabelsChanged, now: readonly string[], options: LabelOptions): Promise<ReadonlySet<string>> {
  const known = await labelsKnownOf(options.db, event.subject);
  const before = new Set([...known].filter(([, { present }]) => present).map(([label]) => label));
  for (const label of event.removed ?? []) if (agentTypeOf(label)) before.add(label);
  for (const [label, { deliveryId, present }] of known) {
    // Noted by this very delivery, before a crash.
    if (deliveryId !== options.deliveryId) continue;
    if (present) before.delete(label);
    else before.add(label);
  }
  if (event.added) return new Set([...before, ...now.filter((label) => !known.has(label) && !event.added!.includes(label))]);
  const unheardOf = now.filter((label) => !known.has(label));
  const young = unheardOf.length === 0 ? [] : await addedLately(event, options);
  return new Set([...before, ...unheardOf.filter((label) => !young.includes(label))]);
}

/** Which labels were put on just now, asked of the forge's own record: those of a subject that was never heard of may be old. */
async function addedLately({ subject, at }: LabelsChanged, { forge, receivedAt }: LabelOptions): Promise<readonly string[]> {
  const around = (at ?? receivedAt).getTime();
  const changes = (await forge.labelChanges?.(subject, new Date(around - SAME_CHANGE_MS))) ?? [];
  const last = new Map<string, LabelChange>(changes.map((change) => [change.label, change]));
  return [...last.values()].filter(({ change }) => change === 'added').map(({ label }) => label);
}
