/** What whoever uses the HTTP API may do; each role may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

/** `viewer` looks, `operator` starts and stops work, `admin` stops and halts everything and makes tokens. */
export type Role = (typeof ROLES)[number];

export function includesRole(has: Role, needed: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needed);
}
