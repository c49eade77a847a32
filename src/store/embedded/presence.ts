import { Socket } from 'node:net';
import pg from 'pg';
import { messageOf } from '../../errors.ts';
import { systemIdentifier } from './cluster.ts';
import { noPermission, notOurs, startFailed } from './errors.ts';
import type { ServerHome } from './home.ts';

/**
 * One process's share in the server: a connection that holds a shared advisory lock. The kernel closes it with the
 * process, however that ends, so the server always knows who is there, without a list that a crash could leave wrong.
 * Whoever leaves tries for the exclusive lock: only the last one gets it, and stops the server while holding it; who
 * wants to join meanwhile waits for the lock, loses the connection with the server, and starts it anew.
 */
export interface Presence {
  /** Resolves when the connection has ended, for whatever reason. */
  readonly lost: Promise<void>;
  /** `last`: nobody else is there, and nobody can join before this connection ends. `lost`: the connection had ended. */
  leave(): Promise<'last' | 'others' | 'lost'>;
  close(): Promise<void>;
}

export const ROLE = 'signalbox';
const SET_UP_LOCK = 7_310_332;
const PRESENCE_LOCK = 7_310_333;

/** Null when no server listens, or when it is starting or stopping. Errors: `-permission`, `-not-ours`, `-start-failed`. */
export async function joinServer(home: ServerHome, signal: AbortSignal): Promise<Presence | null> {
  const socket = new Socket();
  const client = new pg.Client({
    host: home.socket.path,
    user: 'postgres',
    database: 'postgres',
    application_name: 'signalbox presence',
    connectionTimeoutMillis: 10_000,
    stream: () => socket,
  });
  const lost = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', () => {});
  const hangUp = () => socket.destroy();
  signal.addEventListener('abort', hangUp);
  try {
    await client.connect();
    await checkIdentity(client, home);
    await ensureDatabase(client);
    await client.query('select pg_advisory_lock_shared($1)', [PRESENCE_LOCK]);
    socket.unref();
    return { lost, leave: () => leave(client, socket), close: () => client.end() };
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    if (isAbsence(error)) return null;
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw noPermission(messageOf(error), error);
    throw error instanceof pg.DatabaseError ? startFailed(messageOf(error), home.logFile, error) : error;
  } finally {
    signal.removeEventListener('abort', hangUp);
  }
}

/** A socket in the right place may still be another data folder's server. */
async function checkIdentity(client: pg.Client, home: ServerHome): Promise<void> {
  const { rows } = await client.query<{ id: string }>('select system_identifier::text as id from pg_control_system()');
  if (rows[0]?.id === (await systemIdentifier(home.data))) return;
  throw notOurs(`the server at ${home.socket.path} does not serve ${home.data}`);
}

/** The program's own role is no superuser: a hole in a query is not a way to the server's files and programs. */
async function ensureDatabase(client: pg.Client): Promise<void> {
  const exists = `select from pg_database where datname = '${ROLE}'`;
  if ((await client.query(exists)).rowCount === 1) return;
  await client.query('select pg_advisory_lock($1)', [SET_UP_LOCK]);
  const role = await client.query(`select from pg_roles where rolname = '${ROLE}'`);
  if (role.rowCount === 0) await client.query(`create role ${ROLE} login createdb`);
  if ((await client.query(exists)).rowCount === 0) await client.query(`create database ${ROLE} owner ${ROLE}`);
  await client.query('select pg_advisory_unlock($1)', [SET_UP_LOCK]);
}

async function leave(client: pg.Client, socket: Socket): Promise<'last' | 'others' | 'lost'> {
  socket.ref();
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [PRESENCE_LOCK]);
    const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [PRESENCE_LOCK]);
    return rows[0]?.last ? 'last' : 'others';
  } catch {
    return 'lost';
  }
}

/** No socket, nobody behind it, a server that starts or stops (class 57), or a connection that breaks off. */
function isAbsence(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code?.startsWith('57') ?? false;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? isBrokenOff(error) : ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN'].includes(code);
}

/** pg's own errors of a connection have no code. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && error.name === 'Error' && /connection|timeout/i.test(error.message);
}
