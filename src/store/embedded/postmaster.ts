import { execFile } from 'node:child_process';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Logger } from '../../log.ts';
import type { ServerHome } from './home.ts';

/** How a server is asked to end, and how long each way gets: fast, immediate (it recovers at its next start), not at all. */
const WAYS_TO_STOP = [
  { signal: 'SIGINT', forMs: 30_000 },
  { signal: 'SIGQUIT', forMs: 5_000 },
  { signal: 'SIGKILL', forMs: 5_000 },
] as const;

type Place = Pick<ServerHome, 'data' | 'mark'>;

/** The server's process, if it lives. Its number alone proves nothing: after a reboot, or in a new container, it is another's. */
export async function livePostmaster(place: Place): Promise<number | null> {
  const pid = Number.parseInt((await pidFile(place)) ?? '', 10);
  return Number.isInteger(pid) && (await isOurs(pid, place.mark)) ? pid : null;
}

/**
 * Removes a pid file that names no living server of ours, since PostgreSQL would not start when its number belongs to
 * whatever process now. It is taken away first and looked at then: one that another starting server wrote in between is
 * put back. Should all of that go wrong, PostgreSQL's shared memory still lets no second server near the data.
 */
export async function removeStalePidFile(place: Place): Promise<void> {
  const text = await pidFile(place);
  if (text === null || (await livePostmaster(place)) !== null) return;
  const path = join(place.data, 'postmaster.pid');
  const aside = `${path}.stale-${process.pid}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) === text) await rm(aside);
    else await rename(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Returns when the server is gone. */
export async function stopPostmaster(place: Place, log: Logger): Promise<void> {
  const pid = await livePostmaster(place);
  if (pid === null) return;
  for (const { signal, forMs } of WAYS_TO_STOP) {
    if (signal !== 'SIGINT') log.warn({ pid, signal }, 'the embedded database is slow to stop');
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    if (await isGone(pid, place.mark, forMs)) return;
  }
}

async function isGone(pid: number, mark: string, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (await isOurs(pid, mark)) {
    if (performance.now() > end) return false;
    await pause(10);
  }
  return true;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line is readable whoever the process belongs to, also in a container; a zombie's is empty. */
async function isOurs(pid: number, mark: string): Promise<boolean> {
  if (pid <= 1 || !isAlive(pid)) return false;
  const commandLine =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      : await promisify(execFile)('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
          ({ stdout }) => stdout,
          () => '',
        );
  return commandLine.includes(`cluster_name=${mark}`);
}

async function pidFile({ data }: Place): Promise<string | null> {
  try {
    return await readFile(join(data, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
