import type { Permission } from '../forge.ts';
import type { GithubClient } from './client.ts';
import { codeOf, isGone } from './errors.ts';

const KNOWN: readonly Permission[] = ['admin', 'maintain', 'write', 'triage', 'read', 'none'];

/** `role_name` tells maintain and triage apart; a role of an organisation's own making counts as the one that it extends. */
export async function permission(client: GithubClient, repository: string, login: string, id?: number): Promise<Permission> {
  return client.on(repository, `ask for the permission of ${login}`, async (octokit, where) => {
    try {
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
        ...where,
        username: login,
      });
      // The answer names no account where it was deleted meanwhile.
      if (id !== undefined && data.user?.id !== id) return 'none';
      return named(data.role_name) ?? named(data.permission) ?? 'unknown';
    } catch (error) {
      // An account that does not exist. A repository that does not is noticed before.
      if (isGone(error)) return 'none';
      if (codeOf(error) === 'forge.forbidden') return 'unknown';
      throw error;
    }
  });
}

function named(role: string): Permission | null {
  return KNOWN.find((known) => known === role) ?? null;
}
