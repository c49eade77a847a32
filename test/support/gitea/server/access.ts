import type { Context } from 'hono';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Account, Repository, Role } from '../../forge/server/model.ts';
import { atLeast, roleOf } from '../../forge/server/roles.ts';
import type { ForgeEnv } from '../../forge/server/traffic.ts';

export type ScopeCategory = 'repository' | 'issue' | 'user' | 'organization' | 'notification' | 'misc';

/** As Gitea writes them: `write:repository` holds `read:repository`; `all` holds everything. */
export type Scope = 'all' | `${'read' | 'write'}:${ScopeCategory}`;

/** Who asks. */
export type Access = { kind: 'anonymous' } | { kind: 'token'; user: Account; scopes: readonly Scope[] };

export type Env = ForgeEnv<Access>;

export type Ctx = Context<Env>;

/** Of every category that a path asks for, the token has to have a scope; those without a token are not asked. */
export function assertScope(access: Access, method: string, ...categories: ScopeCategory[]): void {
  if (access.kind === 'anonymous' || access.scopes.includes('all')) return;
  const { scopes } = access;
  const level = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  for (const category of categories) {
    if (scopes.includes(`write:${category}`) || (level === 'read' && scopes.includes(`read:${category}`))) continue;
    const has = scopes.toSorted().join(',');
    throw new ApiError(403, `token does not have at least one of required scope(s), required=[${level}:${category}], token scope=${has}`);
  }
}

export function roleIn(access: Access, repository: Repository): Role {
  if (access.kind === 'token') return roleOf(repository, access.user.login);
  return repository.private ? 'none' : 'read';
}

export function isAtLeast(access: Access, repository: Repository, role: Role): boolean {
  return atLeast(roleIn(access, repository), role);
}

/** Who may not see a repository is told that there is none. */
export function assertSees(access: Access, repository: Repository): void {
  if (!isAtLeast(access, repository, 'read')) throw notFound();
}

/** The account behind a request. */
export function actorOf(access: Access): Account {
  if (access.kind === 'token') return access.user;
  throw new ApiError(401, 'token is required');
}

export function assertWriter(c: Ctx): Account {
  const user = actorOf(c.var.access);
  if (isAtLeast(c.var.access, c.var.repository, 'write')) return user;
  throw new ApiError(403, 'user should have a permission to write to a repo');
}

export function assertAdmin(c: Ctx): Account {
  const user = actorOf(c.var.access);
  if (isAtLeast(c.var.access, c.var.repository, 'admin')) return user;
  throw new ApiError(403, 'user should be an owner or a collaborator with admin write of a repository');
}
