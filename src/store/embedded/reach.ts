import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../log.ts';
import { removeOldCopies } from './binaries.ts';
import { startFailed } from './errors.ts';
import type { ServerHome } from './home.ts';
import { launchServer, type Launch } from './launch.ts';
import { livePostmaster, removeStalePidFile, stopPostmaster } from './postmaster.ts';
import { joinServer, type Presence } from './presence.ts';

/** How long a server that runs but was not started here may be silent. One started here has as long as its recovery takes. */
const SILENCE_MS = 15_000;
/** How long a dead server's last processes may keep its memory. */
const LOCKED_MS = 60_000;
/** Each look is a line in the server's log while it recovers, so they become rarer. */
const FIRST_LOOK_MS = 20;
const LAST_LOOK_MS = 500;

/**
 * Joins the data folder's server: the one that runs, whoever started it, or else one started now. Any number of processes
 * may do this at once; PostgreSQL's own lock decides who starts it.
 */
export async function reachServer(home: ServerHome, log: Logger, signal: AbortSignal): Promise<Presence> {
  let launch: Launch | null = null;
  const began = performance.now();
  try {
    for (;;) {
      const presence = await joinServer(home, signal);
      if (presence) {
        if (launch) await removeOldCopies(home.root, home.binaries.version);
        log.info({ folder: home.root, socket: home.socket.path, started: launch !== null }, 'the embedded database runs');
        return presence;
      }
      if (launch && (await launch.ended()) === 'again') launch = null;
      const waitedMs = performance.now() - began;
      launch ??= await launchUnlessRunning(home, log, waitedMs);
      await pause(Math.min(FIRST_LOOK_MS + waitedMs / 20, LAST_LOOK_MS), undefined, { signal });
    }
  } catch (error) {
    if (launch) await stopPostmaster(home, log);
    throw signal.aborted ? signal.reason : error;
  }
}

async function launchUnlessRunning(home: ServerHome, log: Logger, waitedMs: number): Promise<Launch | null> {
  const pid = await livePostmaster(home);
  if (pid === null) {
    if (waitedMs > LOCKED_MS) throw startFailed('processes of an earlier server do not end', home.logFile);
    await removeStalePidFile(home);
    return launchServer(home);
  }
  if (waitedMs < SILENCE_MS) return null;
  log.warn({ pid, socket: home.socket.path }, 'the embedded database runs but does not answer; it is started again');
  await stopPostmaster(home, log);
  return launchServer(home);
}
