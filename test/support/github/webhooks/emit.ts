import type { Hub } from '../server/hub.ts';
import type { Account, Repository } from '../../forge/server/model.ts';
import { nodeId } from '../server/urls.ts';
import { accountView, organizationView } from '../views/account.ts';
import { repositoryView } from '../views/repository.ts';

/** Tells the App, where it is installed and has asked for this kind of event. */
export function emit(hub: Hub, repository: Repository, event: string, sender: Account, payload: object): void {
  const installation = hub.installationOf(repository);
  if (!installation || !hub.app.events.includes(event)) return;
  hub.deliveries.add(event, {
    ...payload,
    repository: repositoryView(hub, repository),
    ...(repository.owner.type === 'Organization' ? { organization: organizationView(hub, repository.owner) } : {}),
    sender: accountView(hub, sender),
    installation: { id: installation.id, node_id: nodeId('IN', installation.id) },
  });
}
