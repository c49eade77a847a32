import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries, type Binaries } from './binaries.ts';
import { fromSystemError } from './errors.ts';
import { chooseServerUser, type ServerUser } from './server-user.ts';
import { makeSocketFolder, type SocketFolder } from './socket-folder.ts';

/** Where one embedded server lives. */
export interface ServerHome {
  /** `<DATA_DIR>/postgres` */
  readonly root: string;
  /** PostgreSQL's data folder. */
  readonly data: string;
  readonly logFile: string;
  readonly socket: SocketFolder;
  /** A name that only this data folder's server has on its command line. */
  readonly mark: string;
  readonly user: ServerUser;
  readonly binaries: Binaries;
}

/** Makes what the server needs around its data folder. Repeatable, also by several processes at once. */
export async function prepareHome(dataDir: string): Promise<ServerHome> {
  const asked = join(dataDir, 'postgres');
  try {
    await mkdir(asked, { recursive: true });
    const root = await realpath(asked);
    const data = join(root, 'data');
    const user = await chooseServerUser(data);
    // Root's server user has to pass through, and sees nothing there that is not its own.
    if (process.getuid?.() === 0) await chmod(root, 0o711);
    else await chmod(root, 0o700);
    const mark = `signalbox-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`;
    const binaries = await findBinaries(root, user);
    return { root, data, logFile: join(root, 'server.log'), socket: await makeSocketFolder(root, mark, user), mark, user, binaries };
  } catch (error) {
    throw fromSystemError(error, asked);
  }
}
