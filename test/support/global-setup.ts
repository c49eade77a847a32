import { createHash } from 'node:crypto';
import { chmod, lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createLog } from '../../src/log.ts';
import { migrateDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts';
import { commonFolder } from './common-folder.ts';
import { asAdmin, withDatabase, type TestServer } from './database.ts';

const FOLDER = 'signalbox-test-';
/** The machine is part of a database's name: on a server that several machines test on, each clears away its own. */
const DATABASE = `signalbox_test_${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}_`;

/**
 * One PostgreSQL for a run of the tests: the embedded one in a temporary folder, or the one that
 * `SIGNALBOX_TEST_DATABASE_URL` names (its role has to be allowed to create databases). What a run left that was
 * interrupted is cleared away by the next one.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using started = new AsyncDisposableStack();
  await clearFolders();
  const url = process.env['SIGNALBOX_TEST_DATABASE_URL'] ?? (await ownServer(started));
  const server: TestServer = { url, prefix: `${DATABASE}${process.pid}_`, template: `${DATABASE}${process.pid}_template` };
  started.defer(() => dropDatabases(url, (pid) => pid === process.pid));
  await dropDatabases(url, (pid) => !lives(pid));
  await makeTemplate(server);
  project.provide('testServer', server);
  const running = started.move();
  return () => running.disposeAsync();
}

async function ownServer(started: AsyncDisposableStack): Promise<string> {
  const dataDir = await mkdtemp(join(await commonFolder(), `${FOLDER}${process.pid}-`));
  started.defer(() => rm(dataDir, { recursive: true, force: true }));
  // Where the tests run as root, the server does not, and has to get in.
  await chmod(dataDir, 0o711);
  const { url } = started.use(await startEmbeddedPostgres({ dataDir, log: createLog('warn') }));
  // Nobody reads these databases after a power failure; what survives one is tested on servers of the tests' own.
  await asAdmin(url, (admin) => admin.query('alter role current_user set synchronous_commit to off'));
  return url;
}

async function makeTemplate({ url, template }: TestServer): Promise<void> {
  await asAdmin(url, (admin) => admin.query(`create database ${template}`));
  await migrateDatabase(withDatabase(url, template));
}

async function dropDatabases(url: string, which: (pid: number) => boolean): Promise<void> {
  await asAdmin(url, async (admin) => {
    const { rows } = await admin.query<{ name: string }>('select datname as name from pg_database where starts_with(datname, $1)', [
      DATABASE,
    ]);
    for (const { name } of rows) {
      const pid = Number.parseInt(name.slice(DATABASE.length), 10);
      if (which(pid)) await admin.query(`drop database if exists ${name} with (force)`);
    }
  });
}

/** The server of an interrupted run still runs: joining it as the only one and leaving stops it. */
async function clearFolders(): Promise<void> {
  const folder = await commonFolder();
  for (const name of await readdir(folder)) {
    if (!name.startsWith(FOLDER) || lives(Number.parseInt(name.slice(FOLDER.length), 10))) continue;
    const dataDir = join(folder, name);
    if ((await lstat(dataDir)).uid !== process.getuid?.()) continue;
    await stopLeftServer(dataDir).catch((error: unknown) => console.warn(`left behind by an interrupted run: ${dataDir}`, error));
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function stopLeftServer(dataDir: string): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir, log: createLog('warn') });
  await server[Symbol.asyncDispose]();
}

function lives(pid: number): boolean {
  try {
    return Number.isNaN(pid) || process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
