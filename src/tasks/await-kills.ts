import { isTerminal, nameOf } from '../domain/task.ts';
import type { Db } from '../store/database.ts';
import type { Notifications } from '../store/notifications.ts';
import { lastUnconfirmed, stopsOf } from '../store/overview.ts';

export interface Unconfirmed {
  readonly taskId: string;
  readonly agentId: string | null;
  /** Which agent, and what is known of its end. */
  readonly message: string;
}

const LOOK_MS = 250;

/**
 * Waits until the kills of these tasks are confirmed, or nothing will confirm them any more, or the signal is aborted.
 * Answers with those that are not confirmed, each in words.
 */
export async function awaitKills(
  services: { readonly db: Db; readonly notifications: Notifications },
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Unconfirmed[]> {
  const { db, notifications } = services;
  for (;;) {
    // Listening starts before the look, so that nothing written meanwhile is missed.
    const looked = new AbortController();
    const woken = notifications.next('event', LOOK_MS, AbortSignal.any([signal, looked.signal]));
    const open = (await stopsOf(db, ids)).filter(({ killConfirmedAt }) => killConfirmedAt === null);
    if (signal.aborted || open.every(({ state }) => isTerminal(state))) {
      looked.abort();
      return Promise.all(open.map((stop) => unconfirmed(db, stop)));
    }
    await woken;
  }
}

async function unconfirmed(db: Db, stop: Awaited<ReturnType<typeof stopsOf>>[number]): Promise<Unconfirmed> {
  const { id, agentId, repository, number } = stop;
  const known = await lastUnconfirmed(db, id);
  return {
    taskId: id,
    agentId,
    message: `${nameOf({ repository, number })}: stop requested, not yet confirmed.${known ? ` ${known}` : ''}`,
  };
}
