import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded/index.ts';
import { dataDir, eventually, query, startHolder } from '../../support/embedded/embedded.ts';

const log = createLog('silent');

describe('the embedded database and processes that die', () => {
  it('is found again, running, after its starter was killed', async () => {
    await using folder = await dataDir();
    const holder = await startHolder(folder.path);
    await query(holder.url, 'create table t as select 7 as a');
    const pid = await folder.postmaster();
    await holder.kill();

    const server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    expect(await folder.postmaster()).toBe(pid);
    expect(await query(server.url, 'select a from t')).toEqual([7]);
    await server[Symbol.asyncDispose]();
    expect(await folder.postmaster()).toBeNull();
  });

  it('comes back with everything committed after it and its holder were killed together', async () => {
    await using folder = await dataDir();
    const holder = await startHolder(folder.path);
    await query(holder.url, 'create table t as select 7 as a');
    process.kill((await folder.postmaster()) ?? 0, 'SIGKILL');
    await holder.kill();

    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    expect(await query(server.url, 'select a from t')).toEqual([7]);
  });

  it('is started again under its holder when it alone is killed', async () => {
    await using folder = await dataDir();
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    await query(server.url, 'create table t as select 7 as a');
    const killed = (await folder.postmaster()) ?? 0;
    process.kill(killed, 'SIGKILL');
    await eventually(async () => {
      const pid = await folder.postmaster();
      return pid !== null && pid !== killed;
    });
    expect(await eventually(() => query(server.url, 'select a from t').catch(() => null))).toEqual([7]);
  });

  it('is started again by one of several holders, and joined by the others', async () => {
    await using folder = await dataDir();
    await using holder = await startHolder(folder.path);
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    const killed = (await folder.postmaster()) ?? 0;
    process.kill(killed, 'SIGKILL');
    const holders = `select count(*)::int from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted`;
    await eventually(async () => (await query(server.url, holders).catch(() => []))[0] === 2);
    await holder.release();
    expect(await query(server.url, 'select 1')).toEqual([1]);
  });

  it('survives the death of one of its own processes, which ends every connection', async () => {
    await using folder = await dataDir();
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    const pid = await folder.postmaster();
    const admin = server.url.replace('signalbox@', 'postgres@').replace('/signalbox?', '/postgres?');
    const [checkpointer] = await query(admin, `select pid from pg_stat_activity where backend_type = 'checkpointer'`);
    process.kill(Number(checkpointer), 'SIGKILL');
    await eventually(() => query(server.url, 'select 1').catch(() => null));
    expect(await folder.postmaster()).toBe(pid);
  });

  it('starts although its pid file names a process that is somebody else’s now', async () => {
    await using folder = await dataDir();
    await (await startEmbeddedPostgres({ dataDir: folder.path, log }))[Symbol.asyncDispose]();
    await writeFile(
      join(folder.data, 'postmaster.pid'),
      `${process.ppid}\n${folder.data}\n1700000000\n5432\n/nowhere\n\n  5555555  5\nready\n`,
    );
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    expect(await query(server.url, 'select 1')).toEqual([1]);
  });
});

describe('the embedded database and several processes', () => {
  it('is made once when they start at once, and stops with the last of them', async () => {
    await using folder = await dataDir();
    const holders = await Promise.all([startHolder(folder.path), startHolder(folder.path), startHolder(folder.path)]);
    expect(new Set(holders.map(({ url, code }) => code ?? url)).size).toBe(1);
    const last = holders.pop();
    await query(last?.url ?? '', 'create table t as select 7 as a');
    await Promise.all(holders.map((holder) => holder.release()));
    expect(await query(last?.url ?? '', 'select a from t')).toEqual([7]);
    await last?.release();
    expect(await folder.postmaster()).toBeNull();
  });

  it('is there for whoever comes while the last one leaves, again and again', async () => {
    await using folder = await dataDir();
    let held = await startEmbeddedPostgres({ dataDir: folder.path, log });
    for (let round = 0; round < 10; round++) {
      const [next] = await Promise.all([startEmbeddedPostgres({ dataDir: folder.path, log }), held[Symbol.asyncDispose]()]);
      expect(await eventually(() => query(next.url, 'select 1').catch(() => null))).toEqual([1]);
      held = next;
    }
    await held[Symbol.asyncDispose]();
    expect(await folder.postmaster()).toBeNull();
  });
});
