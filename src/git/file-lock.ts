import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

const SQLITE_BUSY = 5;
const POLL_MS = 50;

/**
 * Holds an exclusive lock on `file` while `work` runs, against every other process on this machine and every other
 * caller in this one. The lock is SQLite's own, that is the kernel's: it ends with the process that held it, whatever
 * killed it, so that no lock is ever stale. Aborting ends the waiting with the signal's reason.
 */
export async function withFileLock<T>(file: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  try {
    while (!tryLock(database)) await wait(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
    signal?.throwIfAborted();
    return await work();
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
