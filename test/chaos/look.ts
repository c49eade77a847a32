import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Looks at the database while it comes and goes. */
export class Look implements AsyncDisposable {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 4, application_name: 'chaos look', connectionTimeoutMillis: 3_000 });
    this.#pool.on('error', () => {});
  }

  /** Errors: whatever the database says after half a minute. */
  async rows<T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    const end = Date.now() + 30_000;
    for (;;) {
      try {
        return (await this.#pool.query<T>(text, [...values])).rows;
      } catch (error) {
        if (Date.now() > end) throw error;
        await delay(100);
      }
    }
  }

  /** null: it is not there now. */
  async once<T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<T[] | null> {
    try {
      return (await this.#pool.query<T>(text, [...values])).rows;
    } catch {
      return null;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}
