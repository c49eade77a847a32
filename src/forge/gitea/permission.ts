import type { Permission } from '../forge.ts';
import { isName } from '../where.ts';
import { GrantedPermission } from './answers.ts';
import type { GiteaClient } from './client.ts';
import { codeOf, isGone } from './errors.ts';

/** What Gitea calls them. An owner may do what an administrator may, and one of the server what an owner may. */
const KNOWN: Readonly<Record<string, Permission>> = { owner: 'admin', admin: 'admin', write: 'write', read: 'read', none: 'none' };

/** Only an administrator of the repository is told, and everybody about themselves. */
export async function permission(client: GiteaClient, repository: string, login: string, id?: number): Promise<Permission> {
  return client.on(repository, `ask for the permission of ${login}`, async (api) => {
    if (!isName(login)) return 'none';
    try {
      const { data } = await api.get(`/collaborators/${login}/permission`);
      const { permission: granted, user } = GrantedPermission.parse(data);
      if (id !== undefined && user?.id !== id) return 'none';
      return KNOWN[granted] ?? 'unknown';
    } catch (error) {
      if (isGone(error)) return 'none';
      if (codeOf(error) === 'forge.forbidden') return 'unknown';
      throw error;
    }
  });
}
