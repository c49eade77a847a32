import type { Context } from 'hono';
import { ApiError, forbidden, notFound } from './errors.ts';
import { ROLES, type Account, type Installation, type Permissions, type Repository, type Role } from './model.ts';

/** Who asks. */
export type Access =
  | { kind: 'anonymous' }
  | { kind: 'app' }
  | { kind: 'installation'; user: Account; installation: Installation; permissions: Permissions; repositories: Set<number> | null }
  | { kind: 'person'; user: Account };

/** `unread`: a fault met the request before anybody looked. */
export type TokenKind = Access['kind'] | 'invalid' | 'unread';

/** What an operation asks for: of a person a role, of an installation one of these permissions. */
export interface Need {
  role: Role;
  /** Any one of them is enough. Empty: installations may not do this at all. */
  permissions: string[];
  level?: 'read' | 'write';
}

export function roleOf(repository: Repository, login: string): Role {
  if (repository.owner.login.toLowerCase() === login.toLowerCase()) return 'admin';
  return repository.collaborators.get(login.toLowerCase()) ?? (repository.private ? 'none' : 'read');
}

function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
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

export interface Env {
  Bindings: { incoming?: { socket: { destroy(): void } } };
  Variables: { access: Access; repository: Repository };
}

export type Ctx = Context<Env>;
