export interface SandboxUser {
  readonly uid: number;
  readonly gid: number;
}

/** A number that no distribution gives to a service or a person. */
const unprivileged: SandboxUser = { uid: 10001, gid: 10001 };

/**
 * Who commands in a container run as: the worker's own user, so that both can read and write the workspace, unless
 * that is root. Then the caller gives the workspace to this user.
 */
export function sandboxUser(): SandboxUser {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  return uid === 0 ? unprivileged : { uid, gid: gid === 0 ? uid : gid };
}
