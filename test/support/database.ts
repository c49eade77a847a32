import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

/** What test/support/global-setup.ts gives every test file. */
export interface TestServer {
  /** A role there that may create databases. */
  readonly url: string;
  /** A database with Signalbox's tables, to be copied and never opened. */
  readonly template: string;
  /** Starts the name of every database of this run. */
  readonly prefix: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/**
 * A database of the caller's own, on the run's PostgreSQL: with Signalbox's tables and nothing in them, or with `empty`
 * without any. Disposing drops it, whoever is still connected.
 *
 *   await using database = await testDatabase();
 *   await using store = await openDatabase(database.url);
 */
export async function testDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const { url, template, prefix } = inject('testServer');
  const name = `${prefix}${randomBytes(6).toString('hex')}`;
  await asAdmin(url, (admin) => admin.query(`create database ${name} template ${options.empty ? 'template0' : template}`));
  let dropped: Promise<unknown> | undefined;
  return {
    url: withDatabase(url, name),
    async [Symbol.asyncDispose]() {
      await (dropped ??= drop(url, name));
    },
  };
}

/** PostgreSQL's own cleaning may be at work in it, which only a superuser may end, and which ends by itself. */
async function drop(url: string, name: string): Promise<void> {
  for (let tries = 100; ; tries -= 1) {
    try {
      await asAdmin(url, (admin) => admin.query(`drop database if exists ${name} with (force)`));
      return;
    } catch (error) {
      if (tries === 0 || !(error instanceof pg.DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
      await delay(100);
    }
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

export async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
