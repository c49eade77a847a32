import { chmod, lchown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { notOurs } from './errors.ts';
import { canEnter, type ServerUser } from './server-user.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The size of `sockaddr_un.sun_path` without its end mark: unix(7), and `sys/un.h` on macOS. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;
const SOCKET_NAME = '.s.PGSQL.5432';

export interface SocketFolder {
  readonly path: string;
  /** Whether it could not be under DATA_DIR. */
  readonly temporary: boolean;
}

/**
 * The folder of the server's socket: only the server's user (and root) can enter it, which is the server's whole access
 * control. It is `run` beside the data, unless that path is longer than a socket's may be, needs quoting in a list of
 * folders, or cannot be reached by the server's user; then it is a private folder in the system's temporary one, with a
 * name that every process with this DATA_DIR arrives at.
 */
export async function makeSocketFolder(root: string, mark: string, user: ServerUser): Promise<SocketFolder> {
  const near = join(root, 'run');
  const usable = fits(near) && /^[\w./-]+$/.test(near) && (await canEnter(user, root));
  const path = usable ? near : farFolder(`${mark}-${user.uid}`, await temporaryFolder(user));
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const own = process.getuid?.() ?? 0;
  const found = await lstat(path);
  const owner = found.uid | 0;
  if (!found.isDirectory() || (owner !== own && owner !== user.uid)) throw notOurs(`${path} is not a folder of user ${user.uid}`);
  await chmod(path, 0o700);
  if (user.foreign) await lchown(path, user.uid, user.gid);
  return { path, temporary: !usable };
}

function farFolder(name: string, temporary: string): string {
  const wished = join(temporary, name);
  return fits(wished) ? wished : join('/tmp', name);
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, SOCKET_NAME)) <= LONGEST_PATH;
}
