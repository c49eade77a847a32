import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { noPermission } from './errors.ts';

/** Whom the server runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  /** Whether that is somebody else than this process, which only root can arrange. */
  readonly foreign: boolean;
}

/**
 * PostgreSQL refuses to run as root. Root therefore runs it as the owner of the existing data folder, or as `nobody`: no
 * user has to be made on the host.
 *
 * Errors: `database.embedded-permission` when the data folder is somebody else's.
 */
export async function chooseServerUser(data: string): Promise<ServerUser> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const owner = await ownerOf(data);
  if (uid !== 0) {
    if (owner && owner.uid !== uid) throw noPermission(`${data} belongs to user ${owner.uid}, and this is user ${uid}`);
    return { uid, gid, foreign: false };
  }
  if (owner && owner.uid !== 0) return { ...owner, foreign: true };
  return { ...(await nobody()), foreign: true };
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const { uid, gid } = await stat(path);
    return { uid: signed(uid), gid: signed(gid) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function nobody(): Promise<{ uid: number; gid: number }> {
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields =
    users
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
      ?.split(':') ?? [];
  return { uid: signed(Number(fields[2] ?? 65_534)), gid: signed(Number(fields[3] ?? 65_534)) };
}

/** macOS's `nobody` is -2, which a file's owner shows as 4294967294 and `spawn` takes as -2 alone. */
function signed(id: number): number {
  return id | 0;
}

/** Whether the user gets to `path` and may enter (or run) it. Access lists are not looked at: they could only be stricter for us. */
export async function canEnter(user: ServerUser, path: string): Promise<boolean> {
  if (!user.foreign) return true;
  for (let at = await realpath(path); ; at = dirname(at)) {
    const { uid, gid, mode } = await stat(at);
    const right = signed(uid) === user.uid ? 0o100 : signed(gid) === user.gid ? 0o010 : 0o001;
    if ((mode & right) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
