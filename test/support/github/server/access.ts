import type { Context } from 'hono';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import { atLeast, roleOf } from '../../forge/server/roles.ts';
import type { ForgeEnv } from '../../forge/server/traffic.ts';
import { forbidden } from './errors.ts';
import type { Account, Repository, Role } from '../../forge/server/model.ts';
import type { Installation, Permissions } from './model.ts';

/** Who asks. */
export type Access =
  | { kind: 'anonymous' }
  | { kind: 'app' }
  | { kind: 'installation'; user: Account; installation: Installation; permissions: Permissions; repositories: Set<number> | null }
  | { kind: 'person'; user: Account };

/** What an operation asks for: of a person a role, of an installation one of these permissions. */
export interface Need {
  role: Role;
  /** Any one of them is enough. Empty: installations may not do this at all. */
  permissions: string[];
  level?: 'read' | 'write';
}

export function canSee(access: Access, repository: Repository): boolean {
  if (!repository.private) return true;
  switch (access.kind) {
    case 'installation':
      return reaches(access, repository);
    case 'person':
      return atLeast(roleOf(repository, access.user.login), 'read');
    default:
      return false;
  }
}

function reaches(access: Extract<Access, { kind: 'installation' }>, repository: Repository): boolean {
  if (access.installation.account !== repository.owner) return false;
  return access.repositories === null || access.repositories.has(repository.id);
}

function isGranted(permissions: Permissions, need: Need): boolean {
  return need.permissions.some((name) => permissions[name] === 'write' || (need.level === 'read' && permissions[name] === 'read'));
}

export function mayDo(access: Access, repository: Repository, need: Need): boolean {
  switch (access.kind) {
    case 'installation':
      return reaches(access, repository) && isGranted(access.permissions, need);
    case 'person':
      return atLeast(roleOf(repository, access.user.login), need.role);
    default:
      return need.role === 'read' && need.level === 'read' && !repository.private;
  }
}

/** Throws the answer that GitHub gives to those who may not: 404 where the repository is hidden, 401 or 403 otherwise. */
export function assertMay(access: Access, repository: Repository, need: Need): void {
  if (!canSee(access, repository)) throw notFound();
  if (mayDo(access, repository, need)) return;
  if (access.kind === 'anonymous') throw new ApiError(401, 'Requires authentication');
  throw forbidden(access.kind === 'installation' ? 'Resource not accessible by integration' : 'Must have admin rights to Repository.');
}

/** The account behind a request; anonymous callers and the App itself have none. */
export function actorOf(access: Access): Account {
  if (access.kind === 'person' || access.kind === 'installation') return access.user;
  throw new ApiError(401, 'Requires authentication');
}

export type Env = ForgeEnv<Access>;

export type Ctx = Context<Env>;
