import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { messageOf, SignalboxError } from '../errors.ts';
import { isConnectionFault } from './connection-fault.ts';
import * as schema from './schema.ts';

/** The database, or a transaction on it: every function of the store takes one, so that the caller decides what is atomic. */
export type Db = Pick<NodePgDatabase<typeof schema>, 'select' | 'insert' | 'update' | 'delete' | 'execute' | 'transaction'>;

export interface Database extends AsyncDisposable {
  readonly db: Db;
  readonly pool: pg.Pool;
  readonly url: string;
  /** Errors: `database.unreachable`. */
  check(): Promise<void>;
}

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));
/** Two processes that start at once migrate one after the other. */
const MIGRATION_LOCK = 7_310_331;

/** Milliseconds, after which somebody who waits is told so, and tries again. */
export interface DatabaseLimits {
  /** For a connection. */
  readonly connectMs: number;
  /** That the server works on one statement, or has it wait for a lock; then its locks are free again. */
  readonly statementMs: number;
  /** Without an answer: longer than the server may take, so that only a connection that hangs meets it. */
  readonly answerMs: number;
}

/** Shorter than a lease. Nothing here takes a second on a database that is well. */
const LIMITS: DatabaseLimits = { connectMs: 15_000, statementMs: 15_000, answerMs: 20_000 };
/**
 * Milliseconds. Changes of all processes take turns: one that was paused in the middle of its own, or cut off without a word,
 * holds everybody up for no longer than this, kills above all.
 */
const IDLE_IN_CHANGE_MS = 3_000;

/**
 * Opens a PostgreSQL and brings its tables up to date.
 *
 * Errors: `database.unreachable` (retryable), `database.migration-failed`.
 */
export async function openDatabase(url: string, limits = LIMITS): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 20,
    application_name: 'signalbox',
    keepAlive: true,
    connectionTimeoutMillis: limits.connectMs,
    statement_timeout: limits.statementMs,
    query_timeout: limits.answerMs,
    idle_in_transaction_session_timeout: IDLE_IN_CHANGE_MS,
    onConnect: survive,
  });
  // A connection that breaks while it is idle is replaced by the pool; the next query that fails says so.
  pool.on('error', () => {});
  const db = drizzle(pool, { schema });
  db.transaction = (work, config) => onOneClient(pool, (client) => drizzle(client, { schema }).transaction(work, config));
  async function check(): Promise<void> {
    await pool.query('select 1').catch((error: unknown) => {
      throw unreachable(error);
    });
  }
  try {
    await check();
    await migrateDatabase(url);
  } catch (error) {
    await pool.end();
    throw error;
  }
  let closed: Promise<void> | undefined;
  return { db, pool, url, check, [Symbol.asyncDispose]: () => (closed ??= pool.end()) };
}

/** Drizzle itself never gives a client back whose `begin` fails, and a pool that lacks one never ends. */
async function onOneClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    return await work(client);
  } catch (error) {
    broken = isConnectionFault(error);
    throw error;
  } finally {
    // One that hangs does not look broken to the pool, and would keep whoever had it next waiting as well.
    client.release(broken);
  }
}

/** One that breaks between two queries of a transaction has nobody else who listens, and would end the process. */
function survive(client: pg.ClientBase): void {
  client.on('error', () => {});
}

/** On a connection of its own, without limits: a migration takes as long as there are rows, and waits for that of another process. */
export async function migrateDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'signalbox migration', keepAlive: true });
  survive(client);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS, migrationsSchema: 'signalbox', migrationsTable: 'migrations' });
  } catch (error) {
    throw new SignalboxError('database.migration-failed', `The database’s tables could not be brought up to date: ${messageOf(error)}`, {
      nextStep: 'See that the database’s user may create schemas and tables, and that no newer Signalbox has used this database.',
      cause: error,
    });
  } finally {
    // Its lock ends with it, whatever state it is in.
    await client.end();
  }
}

function unreachable(error: unknown): SignalboxError {
  return new SignalboxError('database.unreachable', `The database does not answer: ${messageOf(error)}`, {
    nextStep: 'Check DATABASE_URL and that PostgreSQL runs; unset it to use the embedded database.',
    retryable: true,
    cause: error,
  });
}
