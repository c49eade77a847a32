import { unlessAborted } from './abort.ts';
import type { Creations } from './creations.ts';
import type { ListedSandbox } from './sandbox.ts';

/** Whose sandboxes are to be removed; asked when it is known which there are. */
export type ToRemove = () => Promise<(agentId: string) => boolean>;

export function ofAgent(agentId: string): ToRemove {
  return async () => (owner) => owner === agentId;
}

export function allBut(keep: ReadonlySet<string> | (() => Promise<ReadonlySet<string>>)): ToRemove {
  return async () => {
    const kept = typeof keep === 'function' ? await keep() : keep;
    return (owner) => !kept.has(owner);
  };
}

export interface Premises {
  readonly creations: Creations;
  readonly list: () => Promise<ListedSandbox[]>;
  /** Returns when they are gone. */
  readonly remove: (sandboxes: readonly ListedSandbox[]) => Promise<void>;
}

/** Returns how many there were, when the list has none any more and none is on its way. */
export function removeUntilNone(premises: Premises, toRemove: ToRemove, signal?: AbortSignal): Promise<number> {
  return unlessAborted(removeInRounds(premises, toRemove, signal), signal);
}

async function removeInRounds({ creations, list, remove }: Premises, toRemove: ToRemove, signal?: AbortSignal): Promise<number> {
  const removed = new Set<string>();
  for (;;) {
    signal?.throwIfAborted();
    // Looked at first: what is made while the list is read is met by the next round.
    const underWay = creations.underWay();
    const listed = await list();
    const isMeant = await toRemove();
    const onTheWay = underWay.filter(({ agentId }) => isMeant(agentId));
    const found = listed.filter(({ agentId }) => isMeant(agentId));
    if (found.length === 0 && onTheWay.length === 0) return removed.size;
    await remove(found);
    for (const { id } of found) removed.add(id);
    for (const { settled } of onTheWay) await settled;
  }
}
