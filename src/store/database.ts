import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { messageOf, SignalboxError } from '../errors.ts';
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

/** Milliseconds. Somebody who waits for longer is told so, and tries again. */
const CONNECT_MS = 15_000;
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
export async function openDatabase(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 20,
    application_name: 'signalbox',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
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
    await migrateDatabase(pool);
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
  try {
    return await work(client);
  } finally {
    // The pool keeps none that is broken.
    client.release();
  }
}

/** One that breaks between two queries of a transaction has nobody else who listens, and would end the process. */
function survive(client: pg.ClientBase): void {
  client.on('error', () => {});
}

export async function migrateDatabase(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS, migrationsSchema: 'signalbox', migrationsTable: 'migrations' });
  } catch (error) {
    throw new SignalboxError('database.migration-failed', `The database’s tables could not be brought up to date: ${messageOf(error)}`, {
      nextStep: 'See that the database’s user may create schemas and tables, and that no newer Signalbox has used this database.',
      cause: error,
    });
  } finally {
    // Releasing with `true` closes the connection, and with it the lock, whatever state it is in.
    client.release(true);
  }
}

function unreachable(error: unknown): SignalboxError {
  return new SignalboxError('database.unreachable', `The database does not answer: ${messageOf(error)}`, {
    nextStep: 'Check DATABASE_URL and that PostgreSQL runs; unset it to use the embedded database.',
    retryable: true,
    cause: error,
  });
}
