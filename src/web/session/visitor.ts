import { includesRole, type Role } from '../../domain/role.ts';

/** Somebody who has signed in. */
export interface Visitor {
  /** As the audit log names them. */
  readonly actor: string;
  readonly role: Role;
  /** What every form of this session carries, and nobody else knows. */
  readonly formKey: string;
}

export function may(visitor: Visitor | null, role: Role): boolean {
  return visitor !== null && includesRole(visitor.role, role);
}
