import { includesRole, type Role } from '../../domain/role.ts';
import type { Person } from '../../domain/task.ts';
import type { Place, Scope } from '../../store/scope.ts';

/** What somebody may see and do. */
export interface Rights {
  /** In this instance as a whole; null for who signed in through a forge: they have a role in each repository. */
  readonly role: Role | null;
  /** What they may see. */
  readonly scope: Scope;
  /** null: they may not even see it. */
  roleIn(place: Place): Role | null;
  /** The forge did not say of every repository what they may do there, so that some may be missing. */
  readonly isPartial: boolean;
  /** Milliseconds since the epoch: then it has to be looked up again. */
  readonly until: number;
}

/** Somebody who has signed in. */
export interface Visitor extends Rights {
  /** Who gives the commands, as the audit log names them. */
  readonly person: Person;
  /** The name of the forge that knows them; null for the holder of a token. */
  readonly forge: string | null;
  /** What every form of this session carries, and nobody else knows. */
  readonly formKey: string;
}

/** In this instance as a whole. */
export function may({ role }: Pick<Rights, 'role'>, needed: Role): boolean {
  return role !== null && includesRole(role, needed);
}

export function mayIn(place: Place, visitor: Pick<Rights, 'roleIn'>, needed: Role): boolean {
  return may({ role: visitor.roleIn(place) }, needed);
}

/** Of a token: its role, everywhere. */
export function rightsOfToken(role: Role): Rights {
  return { role, scope: 'everything', roleIn: () => role, isPartial: false, until: Infinity };
}
