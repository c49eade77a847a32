import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SignalboxError } from '../../errors.ts';

/**
 * Finds, ends, stops and continues processes by an entry (`NAME=value`) of the environment that they were started with.
 * Children inherit it, whichever group or session they move to, and a process that only got the id of one of ours does
 * not have it. It needs Linux's /proc; elsewhere nothing is found.
 */
export interface MarkedProcess {
  readonly pid: number;
  readonly entry: string;
}

type IsMarker = (entry: string) => boolean;

/** Far more than the kernel needs, unless a process waits for a disk or a network file system that does not answer. */
const patienceMs = 10_000;

export async function findMarked(isMarker: IsMarker): Promise<MarkedProcess[]> {
  const found: MarkedProcess[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const entry = (await environmentOf(pid)).split('\0').find(isMarker);
    if (entry !== undefined) found.push({ pid, entry });
  }
  return found;
}

/** Returns when none is left. SIGKILL cannot be refused, so this takes more than one round only against a forking tree. */
export async function endMarked(isMarker: IsMarker): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await findMarked(isMarker);
    if (found.length === 0) return;
    if (performance.now() > end) throw notEnded(found);
    for (const { pid } of found) send(pid, 'SIGKILL');
    await delay(5);
  }
}

/** Returns those that it stopped, when none runs or when it has given up: one that forks may get away. */
export async function stopMarked(isMarker: IsMarker): Promise<ReadonlySet<number>> {
  const stopped = new Set<number>();
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    const running = [];
    for (const { pid } of await findMarked(isMarker)) if (await runs(pid)) running.push(pid);
    if (running.length === 0) break;
    for (const pid of running) {
      send(pid, 'SIGSTOP');
      stopped.add(pid);
    }
    await delay(1);
  }
  return stopped;
}

export async function continueMarked(isMarker: IsMarker, stopped: ReadonlySet<number>): Promise<void> {
  for (const { pid } of await findMarked(isMarker)) if (stopped.has(pid)) send(pid, 'SIGCONT');
}

/** Empty for a process that has ended and only waits to be collected, or is gone; and for those of others, unreadable. */
export async function environmentOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
}

/** Ends a process group, which is there on every system. */
export function killGroup(leader: number): void {
  send(-leader, 'SIGKILL');
}

/** By the state after the name, which may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /^[^TtZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself, or it belongs to someone else.
  }
}

function notEnded(found: readonly MarkedProcess[]): SignalboxError {
  const pids = found.map(({ pid }) => pid).join(' ');
  return new SignalboxError('sandbox.not-removed', `Processes of the sandbox do not end: ${pids}.`, {
    nextStep: `Look at what they wait for: \`ps -o pid,stat,wchan,args -p ${pids.replaceAll(' ', ',')}\`.`,
    retryable: true,
  });
}
