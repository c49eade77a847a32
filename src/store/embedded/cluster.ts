import { randomBytes } from 'node:crypto';
import { lchown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fromOutput, fromSystemError, notOurs, otherVersion } from './errors.ts';
import type { ServerHome } from './home.ts';
import { isAlive } from './postmaster.ts';
import type { ServerUser } from './server-user.ts';
import { handOver, runAs } from './spawn-as.ts';

const UNFINISHED = 'initdb-';

/** Written to postgresql.conf once, so that an operator may change them there: for a small machine that does other things too. */
const SETTINGS = {
  max_connections: '100',
  shared_buffers: '64MB',
  maintenance_work_mem: '32MB',
  effective_cache_size: '512MB',
  max_wal_size: '512MB',
  autovacuum_max_workers: '2',
  max_parallel_workers_per_gather: '0',
  // Three helper processes less; our reads come from memory anyway.
  io_method: 'sync',
  // Where huge pages exist but the container may have none, PostgreSQL is killed by SIGBUS.
  huge_pages: 'off',
  jit: 'off',
  log_checkpoints: 'off',
};

/**
 * Makes the data folder unless it is there. It is made under another name and then renamed: half of one is never taken
 * for a whole one, and of two processes that make it at once one wins and the other uses the winner's.
 *
 * Errors: `database.embedded-version-mismatch`, `-disk-full`, `-permission`, `-unknown-user`, `-start-failed`.
 */
export async function ensureCluster(home: ServerHome, signal: AbortSignal): Promise<void> {
  await removeUnfinished(home.root);
  const version = await versionOf(home.data);
  if (version === null) return initialise(home, signal);
  if (version !== home.binaries.major) throw otherVersion(home.data, version, home.binaries.major);
  // A restored backup often belongs to root.
  const { uid } = await stat(home.data);
  if (home.user.foreign && uid === 0) await giveTo(home.user, home.data);
}

/** PostgreSQL's own number for these data, as in `pg_control_system()`: the first eight bytes of its control file. */
export async function systemIdentifier(data: string): Promise<string> {
  await using file = await open(join(data, 'global', 'pg_control'), 'r');
  const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
  return buffer.readBigUInt64LE().toString();
}

async function versionOf(data: string): Promise<string | null> {
  try {
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fromSystemError(error, data);
    const names = await readdir(data).catch(() => []);
    if (names.length > 0) throw notOurs(`${data} has files in it, but is no PostgreSQL data folder`);
    return null;
  }
}

async function initialise(home: ServerHome, signal: AbortSignal): Promise<void> {
  const folder = join(home.root, `${UNFINISHED}${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(folder, { mode: 0o700 });
    if (home.user.foreign) await lchown(folder, home.user.uid, home.user.gid);
    await runInitdb(home, folder, signal);
    await rename(folder, home.data).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    await using root = await open(home.root, 'r');
    await root.sync();
  } catch (error) {
    throw fromSystemError(error, home.root);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runInitdb(home: ServerHome, folder: string, signal: AbortSignal): Promise<void> {
  await using place = await handOver(home.user, folder);
  const args = [
    '--pgdata',
    place.name,
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  args.push('--data-checksums', '--auth-local=trust', '--auth-host=reject', '--no-instructions');
  for (const [name, value] of Object.entries(SETTINGS)) args.push('-c', `${name}=${value}`);
  const { exitCode, output } = await runAs(home.user, join(home.binaries.folder, 'bin', 'initdb'), args, place.inherited, signal);
  if (exitCode !== 0) throw fromOutput(output, home);
}

/** What a process left that ended in the middle of making a data folder. */
async function removeUnfinished(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = name.startsWith(UNFINISHED) ? Number.parseInt(basename(name).slice(UNFINISHED.length), 10) : process.pid;
    if (pid !== process.pid && !isAlive(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function giveTo(user: ServerUser, folder: string): Promise<void> {
  await lchown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await lchown(join(entry.parentPath, entry.name), user.uid, user.gid);
  }
}
