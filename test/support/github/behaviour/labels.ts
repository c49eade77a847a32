import { createLabel, findLabel } from '../../forge/behaviour/labels.ts';
import type { Label, Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';

/** GitHub makes the labels that an issue is given and the repository does not have. */
export function labelsNamed(hub: Hub, repository: Repository, names: readonly string[]): Label[] {
  return names.map((name) => findLabel(repository, name) ?? createLabel(hub, repository, { name }));
}
