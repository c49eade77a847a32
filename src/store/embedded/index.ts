import { rmdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { ensureCluster } from './cluster.ts';
import { prepareHome, type ServerHome } from './home.ts';
import { livePostmaster, stopPostmaster } from './postmaster.ts';
import { joinServer, ROLE, type Presence } from './presence.ts';
import { reachServer } from './reach.ts';
import { keepSmallFromNowOn } from './server-log.ts';

/** How long leaving waits for a server that is recovering. */
const REJOIN_MS = 10_000;

export interface EmbeddedPostgres extends AsyncDisposable {
  /** A connection string for `pg`, drizzle, psql: the database `signalbox`, with the role of the same name as its owner. */
  readonly url: string;
}

/**
 * Runs a private PostgreSQL under `<dataDir>/postgres`, on a Unix socket only.
 *
 * Access control is the socket's folder, which only the server's user and root can enter; inside it everybody is trusted.
 * A password would add nothing: who can enter the folder has the rights of the data files' owner, or of root.
 *
 * Any number of processes may hold the same data folder's server. It runs while one of them does, and the last that
 * disposes stops it. A process that dies without disposing leaves it running, and the next one joins it. A server that
 * dies under its holders is started again by one of them, at the same address. All holders have to be on one machine.
 *
 * As root the server runs as the data folder's owner, or as `nobody`. Aborting `signal` ends the start; disposing is
 * idempotent.
 *
 * Errors: `database.embedded-unsupported`, `-permission`, `-unknown-user`, `-disk-full`, `-version-mismatch`, `-not-ours`,
 * `-start-failed`.
 */
export async function startEmbeddedPostgres(options: { dataDir: string; log: Logger; signal?: AbortSignal }): Promise<EmbeddedPostgres> {
  const { dataDir, log, signal = new AbortController().signal } = options;
  signal.throwIfAborted();
  const home = await prepareHome(dataDir);
  await ensureCluster(home, signal);
  if (home.socket.temporary)
    log.info({ socket: home.socket.path }, 'DATA_DIR has no place for the embedded database’s socket; it is elsewhere');
  let presence = await reachServer(home, log, signal);

  const closing = new AbortController();
  async function keepPresent(): Promise<void> {
    for (;;) {
      await Promise.race([presence.lost, aborted(closing.signal)]);
      if (closing.signal.aborted) return;
      log.warn({ folder: home.root }, 'the embedded database went away');
      presence = await reachAgain(home, log, closing.signal);
    }
  }
  const kept = keepPresent().catch(() => {});
  const logSize = keepSmallFromNowOn(home.logFile);

  async function close(): Promise<void> {
    logSize[Symbol.dispose]();
    closing.abort(new Error('the embedded database is being closed'));
    await kept;
    await leaveServer(home, presence, log);
  }
  let closed: Promise<void> | undefined;
  return { url: urlOf(home), [Symbol.asyncDispose]: () => (closed ??= close()) };
}

function urlOf(home: ServerHome): string {
  return `postgresql://${ROLE}@localhost/${ROLE}?host=${encodeURIComponent(home.socket.path)}`;
}

async function reachAgain(home: ServerHome, log: Logger, signal: AbortSignal): Promise<Presence> {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 30_000)) {
    try {
      return await reachServer(home, log, signal);
    } catch (error) {
      signal.throwIfAborted();
      log.error({ err: error }, messageOf(error));
      await pause(waitMs, undefined, { signal });
    }
  }
}

/** The last one stops the server. */
async function leaveServer(home: ServerHome, held: Presence, log: Logger): Promise<void> {
  let presence: Presence | null = held;
  let answer = await presence.leave();
  if (answer === 'lost') {
    presence = await joinWhileItLives(home);
    answer = presence ? await presence.leave() : 'last';
  }
  if (answer === 'last') {
    await stopPostmaster(home, log);
    if (home.socket.temporary) await rmdir(home.socket.path).catch(() => {});
    log.info({ folder: home.root }, 'the embedded database has stopped');
  }
  await presence?.close().catch(() => {});
}

/** A server that lost its connections in a crash of its own is back within moments. Null when it is gone, or stays silent. */
async function joinWhileItLives(home: ServerHome): Promise<Presence | null> {
  const patience = AbortSignal.timeout(REJOIN_MS);
  while (!patience.aborted && (await livePostmaster(home)) !== null) {
    const presence = await joinServer(home, patience).catch(() => null);
    if (presence) return presence;
    await pause(50);
  }
  return null;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
