import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors.ts';
import type { Forge, ForgeEvent, Happening } from '../forge/forge.ts';
import type { Logger } from '../log.ts';
import { startLoop } from '../loop.ts';
import type { Db } from '../store/database.ts';
import { recordDelivery } from '../store/deliveries.ts';
import { instanceSince } from '../store/facts.ts';
import type { Notifications } from '../store/notifications.ts';
import { liveTaskOf } from '../store/tasks.ts';
import { POLLED, writePolled } from './polled.ts';
import { laneOf } from './receive.ts';
import { asksOf } from './route.ts';

export interface PollOptions {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly forges: readonly Forge[];
  readonly log: Logger;
  readonly everyMs: number;
  /** How far the first look goes back; never to before this instance was made. */
  readonly lookBackMs: number;
}

/** Milliseconds that a later look goes back behind the one before it: a forge may list things late. */
const OVERLAP_MS = 600_000;

/**
 * Looks for what webhooks should have told, until disposed: labels and commands of the last hours. What it finds becomes a
 * delivery like any other, and is handled once, whether the webhook comes too, came before, or comes never.
 */
export function startPolling(options: PollOptions): AsyncDisposable {
  const lookedAt = new Map<string, number>();
  return startLoop({ name: 'polling', topic: 'poll', ...options }, async (signal) => {
    const oldest = Math.max(Date.now() - options.lookBackMs, (await instanceSince(options.db)).getTime());
    for (const forge of options.forges) {
      for (const repository of await repositoriesOf(forge, options.log)) {
        if (signal.aborted) return 'wait';
        const place = `${forge.name}/${repository}`;
        const begun = Date.now();
        const since = Math.max(oldest, (lookedAt.get(place) ?? oldest) - OVERLAP_MS);
        if (await pollOne(options, forge, repository, new Date(since))) lookedAt.set(place, begun);
      }
    }
    return 'wait';
  });
}

async function repositoriesOf(forge: Forge, log: Logger): Promise<readonly string[]> {
  try {
    return await forge.repositories();
  } catch (error) {
    log.warn({ err: error, forge: forge.name }, 'polling could not list repositories');
    return [];
  }
}

async function pollOne({ db, log }: PollOptions, forge: Forge, repository: string, since: Date): Promise<boolean> {
  try {
    const happenings = await forge.happenings(repository, since);
    for (const happening of lastOfEachLabel(happenings)) {
      if (await isWorthATask(db, forge, happening.event)) await record(db, forge, happening);
    }
    return true;
  } catch (error) {
    log.warn({ err: error, forge: forge.name, repository }, `polling failed: ${messageOf(error)}`);
    return false;
  }
}

/** Of a label that was put on and taken off again only the end matters by now. */
function lastOfEachLabel(happenings: readonly Happening[]): readonly Happening[] {
  const last = new Map(happenings.map((happening) => [labelOf(happening.event) ?? happening, happening]));
  return happenings.filter((happening) => last.get(labelOf(happening.event) ?? happening) === happening);
}

function labelOf(event: ForgeEvent): string | null {
  return event.kind === 'label-added' || event.kind === 'label-removed' ? `${laneOf(event)} ${event.label}` : null;
}

/** What ends a task counts only for a task that was there before it, as far as whole seconds tell: those of forges are. */
async function isWorthATask(db: Db, forge: Forge, event: ForgeEvent): Promise<boolean> {
  if (asksOf(event).length === 0) return false;
  if (event.kind !== 'closed' && event.kind !== 'label-removed') return true;
  const task = await liveTaskOf(db, event.subject);
  if (!task || event.at === null || event.at.getTime() < Math.floor(task.createdAt.getTime() / 1000) * 1000) return false;
  return event.kind === 'label-removed' || !(await forge.subject(event.subject))?.open;
}

/** Under one id for one happening, as often as it is found. */
async function record(db: Db, forge: Forge, happening: Happening): Promise<void> {
  const { key, event } = happening;
  const lane = laneOf(event);
  const at = 'at' in event ? (event.at?.toISOString() ?? '') : '';
  const deliveryId = `polled ${key ?? `${event.kind} ${labelOf(event) ?? lane} ${at}`}`;
  await recordDelivery(db, {
    forge: forge.name,
    deliveryId,
    key,
    event: POLLED,
    body: writePolled(happening),
    lane,
    origin: { requestId: randomUUID(), traceParent: null },
    ignored: null,
  });
}
