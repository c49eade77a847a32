import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromOutput } from './errors.ts';
import type { ServerHome } from './home.ts';
import { logSince, openLog } from './server-log.ts';
import { makeSocketFolder } from './socket-folder.ts';
import { fromSpawnError, handOver, spawnAs } from './spawn-as.ts';

/** A server process that this process started, while it is not known yet what becomes of it. */
export interface Launch {
  readonly pid: number | undefined;
  /**
   * Null while it runs. `again`: another server has the data folder, or one that died still lets go of its memory, or one
   * that ended took the temporary folder of the socket with it.
   */
  ended(): Promise<'again' | null>;
}

/** SQLSTATE `lock_file_exists`, as the log's line prefix puts it. */
const LOCKED = /\bF0001\b/;

/** Starts the server and does not wait for it. It outlives this process unless it is stopped. */
export async function launchServer(home: ServerHome): Promise<Launch> {
  await makeSocketFolder(home.root, home.mark, home.user);
  await using log = await openLog(home.logFile);
  const { size: logStart } = await stat(home.logFile);
  await using place = await handOver(home.user, home.data);
  const child = spawnAs(home.user, join(home.binaries.folder, 'bin', 'postgres'), serverArguments(home, place.name), [
    'ignore',
    log.fd,
    log.fd,
    ...place.inherited,
  ]);
  let failure: Error | null = null;
  let ended = false;
  child.once('error', (error) => {
    failure = fromSpawnError(error, home.user);
    ended = true;
  });
  child.once('exit', () => (ended = true));
  child.unref();
  return {
    pid: child.pid,
    async ended() {
      if (!ended) return null;
      if (failure) throw failure;
      const output = await logSince(home.logFile, logStart);
      if (LOCKED.test(output) || !(await stat(home.socket.path).catch(() => null))) return 'again';
      throw fromOutput(output, home);
    },
  };
}

/** What nobody may change in postgresql.conf: durability, who can reach the server, and how it is recognised. */
function serverArguments(home: ServerHome, data: string): string[] {
  const settings = {
    cluster_name: home.mark,
    listen_addresses: '',
    unix_socket_directories: home.socket.path,
    unix_socket_permissions: '0700',
    port: '5432',
    fsync: 'on',
    full_page_writes: 'on',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '%m [%p] %e ',
  };
  return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
