import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded/index.ts';
import { dataDir, eventually, namesIn, query } from '../../support/embedded/embedded.ts';

const log = createLog('silent');

describe('the embedded database', () => {
  it('is made on the first start, is durable, and is reached by its socket alone', async () => {
    await using folder = await dataDir();
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    const asked = ['fsync', 'full_page_writes', 'data_checksums', 'listen_addresses', 'server_encoding'];
    const shown = await query(server.url, `select ${asked.map((name) => `current_setting('${name}')`).join(', ')}`);
    expect(shown).toEqual(['on', 'on', 'on', '', 'UTF8']);
    const socketFolder = new URL(server.url).searchParams.get('host') ?? '';
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
    expect((await stat(folder.data)).mode & 0o777).toBe(0o700);
  });

  it('gives a role that owns its database and is no superuser', async () => {
    await using folder = await dataDir();
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    const role = 'select rolname, rolsuper, current_database() from pg_roles where rolname = current_user';
    expect(await query(server.url, role)).toEqual(['signalbox', false, 'signalbox']);
    await query(server.url, 'create schema s');
    await expect(query(server.url, `copy (select 1) to program 'cat'`)).rejects.toThrow(/permission denied/);
  });

  it('keeps its data, and stops when disposed, once or twice', async () => {
    await using folder = await dataDir();
    const first = await startEmbeddedPostgres({ dataDir: folder.path, log });
    await query(first.url, 'create table t as select 7 as a');
    expect(await folder.postmaster()).not.toBeNull();
    await Promise.all([first[Symbol.asyncDispose](), first[Symbol.asyncDispose]()]);
    await first[Symbol.asyncDispose]();
    expect(await folder.postmaster()).toBeNull();

    await using second = await startEmbeddedPostgres({ dataDir: folder.path, log });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select a from t')).toEqual([7]);
  });

  it('runs until the last holder of one process has let go', async () => {
    await using folder = await dataDir();
    const first = await startEmbeddedPostgres({ dataDir: folder.path, log });
    const second = await startEmbeddedPostgres({ dataDir: folder.path, log });
    await first[Symbol.asyncDispose]();
    expect(await query(second.url, 'select 1')).toEqual([1]);
    await second[Symbol.asyncDispose]();
    expect(await folder.postmaster()).toBeNull();
  });

  it('stops with connections open, as a program that failed leaves them', async () => {
    await using folder = await dataDir();
    const server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    const sleeping = query(server.url, 'select pg_sleep(600)').catch((error: unknown) => String(error));
    await eventually(
      async () => (await query(server.url, `select count(*)::int from pg_stat_activity where wait_event = 'PgSleep'`))[0] === 1,
    );
    await server[Symbol.asyncDispose]();
    expect(await sleeping).toMatch(/terminat/);
  });

  it('leaves nothing behind when its start is aborted', async () => {
    await using folder = await dataDir();
    const stop = new AbortController();
    const starting = startEmbeddedPostgres({ dataDir: folder.path, log, signal: stop.signal }).catch((error: unknown) => error);
    const root = join(folder.path, 'postgres');
    await eventually(async () => (await namesIn(root).catch(() => [])).find((name) => name.startsWith('initdb-')));
    stop.abort(new Error('enough'));
    expect(await starting).toEqual(new Error('enough'));
    expect((await namesIn(root)).filter((name) => name.startsWith('initdb-') || name === 'data')).toEqual([]);
    expect(await folder.postmaster()).toBeNull();
  });

  it('clears away what an interrupted first start left', async () => {
    await using folder = await dataDir();
    // The highest number that a process can have, and none has.
    const left = join(folder.path, 'postgres', 'initdb-4194304-abcdef01');
    await mkdir(join(left, 'base'), { recursive: true });
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    expect(await query(server.url, 'select 1')).toEqual([1]);
    expect((await namesIn(join(folder.path, 'postgres'))).filter((name) => name.startsWith('initdb-'))).toEqual([]);
  });

  it('writes its log to a file beside the data', async () => {
    await using folder = await dataDir();
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    await query(server.url, 'select nothing').catch(() => {});
    expect(await readFile(join(folder.path, 'postgres', 'server.log'), 'utf8')).toMatch(/42703 ERROR: {2}column "nothing" does not exist/);
  });
});

describe('a data folder that cannot be used is refused with the next step', () => {
  it('when another PostgreSQL made it', async () => {
    await using folder = await dataDir();
    await mkdir(folder.data, { recursive: true });
    await writeFile(join(folder.data, 'PG_VERSION'), '15\n');
    await expect(startEmbeddedPostgres({ dataDir: folder.path, log })).rejects.toMatchObject({
      code: 'database.embedded-version-mismatch',
      message: expect.stringContaining('PostgreSQL 15'),
      nextStep: expect.stringContaining('DATABASE_URL'),
    });
  });

  it('when it holds something else', async () => {
    await using folder = await dataDir();
    await mkdir(folder.data, { recursive: true });
    await writeFile(join(folder.data, 'thesis.txt'), 'mine');
    await expect(startEmbeddedPostgres({ dataDir: folder.path, log })).rejects.toMatchObject({ code: 'database.embedded-not-ours' });
    expect(await readFile(join(folder.data, 'thesis.txt'), 'utf8')).toBe('mine');
  });

  it('when PostgreSQL ends at once, with its own words', async () => {
    await using folder = await dataDir();
    await (await startEmbeddedPostgres({ dataDir: folder.path, log }))[Symbol.asyncDispose]();
    await writeFile(join(folder.data, 'postgresql.conf'), 'shared_buffers = plenty\n');
    await expect(startEmbeddedPostgres({ dataDir: folder.path, log })).rejects.toMatchObject({
      code: 'database.embedded-start-failed',
      message: expect.stringContaining('FATAL'),
      retryable: true,
    });
  });
});
