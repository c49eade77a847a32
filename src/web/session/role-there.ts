import type { Role } from '../../domain/role.ts';
import type { Person } from '../../domain/task.ts';
import type { Forge, Permission } from '../../forge/forge.ts';

/** What somebody is here who has that permission there. `unknown` is never a yes. */
const ROLES: Readonly<Record<Exclude<Permission, 'read' | 'unknown'>, Role | null>> = {
  admin: 'admin',
  maintain: 'admin',
  write: 'operator',
  triage: 'viewer',
  none: null,
};

/**
 * The role of somebody in a repository, as its forge says now. null: none, and they may not see it. `untold`: the forge does not
 * say. Everybody in the world may read a public repository, so that to read is something on a private one alone.
 *
 * Errors: those of the forge.
 */
export async function roleThere(forge: Forge, repository: string, { login, id }: Person): Promise<Role | 'untold' | null> {
  const permission = await forge.permission(repository, login, id);
  if (permission === 'unknown') return 'untold';
  if (permission !== 'read') return ROLES[permission];
  const there = await forge.repository(repository);
  return there?.private ? 'viewer' : null;
}
