import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Finds and ends processes by an entry (`NAME=value`) of the environment that they were started with. Children inherit
 * it, whichever group or session they move to, and a process that only got the id of one of ours does not have it.
 * It needs Linux's /proc; elsewhere nothing is found.
 */
export interface MarkedProcess {
  readonly pid: number;
  readonly entry: string;
}

export async function findMarked(isMarker: (entry: string) => boolean): Promise<MarkedProcess[]> {
  const found: MarkedProcess[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // Empty for a process that has ended and only waits to be collected; unreadable for those of others.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const entry = environment.split('\0').find(isMarker);
    if (entry !== undefined) found.push({ pid, entry });
  }
  return found;
}

/** Returns when none is left. SIGKILL cannot be refused, so this takes more than one round only against a forking tree. */
export async function endMarked(isMarker: (entry: string) => boolean): Promise<void> {
  for (;;) {
    const found = await findMarked(isMarker);
    if (found.length === 0) return;
    for (const { pid } of found) kill(pid);
    await delay(5);
  }
}

/** Ends a process group, which is there on every system. */
export function killGroup(leader: number): void {
  kill(-leader);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, or it belongs to someone else.
  }
}
