import { unlessAborted } from '../abort.ts';
import { labels } from './container.ts';
import { engineError } from './errors.ts';
import { removeContainer } from './remove.ts';
import type { Workshop } from './workshop.ts';

interface OwnContainer {
  readonly id: string;
  readonly agentId: string;
}

/** The containers of this instance, whoever made them and whatever state they are in. */
export async function listContainers({ docker, image, instanceId }: Workshop): Promise<OwnContainer[]> {
  try {
    const found = await docker.listContainers({ all: true, filters: { label: [`${labels.instance}=${instanceId}`] } });
    return found.map((container) => ({ id: container.Id, agentId: container.Labels[labels.agent] ?? '' }));
  } catch (error) {
    throw engineError(error, image);
  }
}

/** Returns how many there were, when the engine lists none any more and none is on its way. */
export function removeContainers(workshop: Workshop, isMeant: (agentId: string) => boolean, signal?: AbortSignal): Promise<number> {
  return unlessAborted(removeUntilNone(workshop, isMeant, signal), signal);
}

async function removeUntilNone(workshop: Workshop, isMeant: (agentId: string) => boolean, signal?: AbortSignal): Promise<number> {
  const removed = new Set<string>();
  for (;;) {
    signal?.throwIfAborted();
    // Looked for first: what is made while the engine is asked is met by the next round.
    const onTheWay = workshop.creations.of(isMeant);
    const found = (await listContainers(workshop)).filter(({ agentId }) => isMeant(agentId));
    if (found.length === 0 && onTheWay === undefined) return removed.size;
    await removeAll(workshop, found);
    for (const { id } of found) removed.add(id);
    await onTheWay;
  }
}

/** One that cannot be removed does not keep the others. */
async function removeAll({ docker, image, removalMs }: Workshop, containers: readonly OwnContainer[]): Promise<void> {
  const removals = await Promise.allSettled(containers.map(({ id }) => removeContainer(docker, id, removalMs)));
  for (const removal of removals) if (removal.status === 'rejected') throw engineError(removal.reason, image);
}
