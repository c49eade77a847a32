import type { Account, Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import type { Installation } from '../server/model.ts';
import { nodeId } from '../server/urls.ts';
import { accountView } from '../views/account.ts';
import { installationView } from '../views/app.ts';

/** Puts the App on an account, without telling it. */
export function addInstallation(hub: Hub, account: Account, repositories: Repository[] | null): Installation {
  const installation = {
    id: hub.nextId(),
    account,
    permissions: hub.app.permissions,
    repositories: repositories && new Set(repositories.map((repository) => repository.id)),
    createdAt: hub.timestamp(),
  };
  hub.installations.push(installation);
  return installation;
}

export function announceInstallation(hub: Hub, installation: Installation, action: 'created' | 'deleted', sender: Account): void {
  const reached = hub.repositories.filter((repository) => hub.installationOf(repository) === installation);
  hub.deliveries.add('installation', {
    action,
    installation: installationView(hub, installation),
    repositories: reached.map((repository) => ({
      id: repository.id,
      node_id: nodeId('R', repository.id),
      name: repository.name,
      full_name: repository.fullName,
      private: repository.private,
    })),
    sender: accountView(hub, sender),
  });
}
