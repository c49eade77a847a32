import type { ListedSandbox } from '../sandbox.ts';
import { labels } from './container.ts';
import { engineError } from './errors.ts';
import { removeContainer } from './remove.ts';
import type { Workshop } from './workshop.ts';

/** The containers of this instance, whoever made them and whatever state they are in. */
export async function listContainers({ docker, image, instanceId }: Workshop): Promise<ListedSandbox[]> {
  try {
    const found = await docker.listContainers({ all: true, filters: { label: [`${labels.instance}=${instanceId}`] } });
    return found.map((container) => ({ agentId: container.Labels[labels.agent] ?? '', id: container.Id }));
  } catch (error) {
    throw engineError(error, image);
  }
}

/** All at once; one that cannot be removed does not keep the others. */
export async function removeContainers({ docker, image, removalMs }: Workshop, containers: readonly ListedSandbox[]): Promise<void> {
  const removals = await Promise.allSettled(containers.map(({ id }) => removeContainer(docker, id, removalMs)));
  for (const removal of removals) if (removal.status === 'rejected') throw engineError(removal.reason, image);
}
