import { roleOf } from '../../forge/server/roles.ts';
import type { Account, Repository } from '../../forge/server/model.ts';

/** What GitHub writes beside a name. Never a permission: people with the triage role are collaborators too. */
export function associationOf(repository: Repository, account: Account): 'OWNER' | 'COLLABORATOR' | 'NONE' {
  if (repository.owner === account) return 'OWNER';
  const named = repository.collaborators.has(account.login.toLowerCase());
  return named && roleOf(repository, account.login) !== 'none' ? 'COLLABORATOR' : 'NONE';
}
