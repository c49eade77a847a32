import { execFile } from 'node:child_process';
import { chmod, chown, lchown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded/index.ts';
import {
  canBeOthers,
  DAEMON,
  dataDir,
  isRoot,
  namesIn,
  NOBODY,
  ownerOfProcess,
  query,
  startHolder,
} from '../../support/embedded/embedded.ts';
import { copyOfProject } from '../../support/embedded/project-copy.ts';

const log = createLog('silent');
const others = await canBeOthers();

describe('the embedded database’s socket', () => {
  it.each([
    { name: 'longer than a socket’s path may be', below: ['d'.repeat(100)] },
    { name: 'with a space, a comma and an umlaut', below: ['my data, größer'] },
  ])('is in a private temporary folder for a DATA_DIR $name, and that folder goes with the server', async ({ below }) => {
    await using folder = await dataDir(...below);
    const server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    const socketFolder = new URL(server.url).searchParams.get('host') ?? '';
    expect(socketFolder.startsWith(folder.path)).toBe(false);
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
    expect(await query(server.url, 'select 1')).toEqual([1]);

    await using holder = await startHolder(folder.path);
    expect(holder.url).toBe(server.url);
    await holder.release();
    await server[Symbol.asyncDispose]();
    await expect(stat(socketFolder)).rejects.toThrow(/ENOENT/);
  });

  it.runIf(isRoot)('is refused where somebody else made its folder', async () => {
    await using folder = await dataDir('d'.repeat(100));
    const server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    const socketFolder = new URL(server.url).searchParams.get('host') ?? '';
    await server[Symbol.asyncDispose]();
    await mkdir(socketFolder);
    await chown(socketFolder, DAEMON, DAEMON);
    try {
      await expect(startEmbeddedPostgres({ dataDir: folder.path, log })).rejects.toMatchObject({ code: 'database.embedded-not-ours' });
    } finally {
      await rm(socketFolder, { recursive: true });
    }
  });
});

describe.runIf(isRoot)('the embedded database as root', () => {
  it('runs as nobody', async () => {
    await using folder = await dataDir();
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    expect(await ownerOfProcess((await folder.postmaster()) ?? 0)).toBe(NOBODY);
    expect((await stat(folder.data)).uid).toBe(NOBODY);
    expect(await query(server.url, 'select 1')).toEqual([1]);
  });

  it('works under a folder that only root can enter, with the data there', async () => {
    await using folder = await dataDir('private', 'data');
    await mkdir(join(folder.path, '..'), { mode: 0o700 });
    const temporary = join(folder.path, '..', '..');
    const holder = await startHolder(folder.path, { tmpdir: temporary });
    expect(holder.code).toBeUndefined();
    await query(holder.url, 'create table t as select 7 as a');
    process.kill((await folder.postmaster()) ?? 0, 'SIGKILL');
    await holder.kill();

    await using again = await startHolder(folder.path, { tmpdir: temporary });
    expect(await query(again.url, 'select a from t')).toEqual([7]);
    expect(await ownerOfProcess((await folder.postmaster()) ?? 0)).toBe(NOBODY);
    expect((await namesIn(folder.data)).includes('PG_VERSION')).toBe(true);
  });

  it.runIf(others)('runs as the owner of the data folder', async () => {
    await using folder = await dataDir();
    await mkdir(folder.path, { recursive: true });
    await chown(folder.path, DAEMON, DAEMON);
    await using asDaemon = await startHolder(folder.path, { uid: DAEMON });
    expect(asDaemon.code).toBeUndefined();
    await query(asDaemon.url, 'create table t as select 7 as a');
    await asDaemon.release();

    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    expect(await ownerOfProcess((await folder.postmaster()) ?? 0)).toBe(DAEMON);
    expect(await query(server.url, 'select a from t')).toEqual([7]);
  });

  it('takes over data that a restored backup gave to root', async () => {
    await using folder = await dataDir();
    await (await startEmbeddedPostgres({ dataDir: folder.path, log }))[Symbol.asyncDispose]();
    for (const entry of await readdir(folder.data, { recursive: true })) await lchown(join(folder.data, entry), 0, 0);
    await lchown(folder.data, 0, 0);
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log });
    expect(await query(server.url, 'select 1')).toEqual([1]);
  });
});

describe.runIf(others)('the embedded database as another user', () => {
  it('runs as that user', async () => {
    await using folder = await dataDir();
    await chown(folder.path, NOBODY, NOBODY);
    await using holder = await startHolder(folder.path, { uid: NOBODY });
    expect(await ownerOfProcess((await folder.postmaster()) ?? 0)).toBe(NOBODY);
    expect(await query(holder.url, 'select 1')).toEqual([1]);
  });

  it('refuses data that belong to somebody else', async () => {
    await using folder = await dataDir();
    await (await startEmbeddedPostgres({ dataDir: folder.path, log }))[Symbol.asyncDispose]();
    await using holder = await startHolder(folder.path, { uid: DAEMON });
    expect(holder.code).toBe('database.embedded-permission');
  });

  it('says so when that user has no name', async () => {
    await using folder = await dataDir();
    await chown(folder.path, 54_321, 54_321);
    await using holder = await startHolder(folder.path, { uid: 54_321 });
    expect(holder.code).toBe('database.embedded-unknown-user');
  });
});

describe('the embedded database’s programs', () => {
  it('get their libraries’ links where npm did not run the package’s script', async () => {
    await using folder = await dataDir();
    await using project = await copyOfProject(folder.path, { links: false });
    await using holder = await startHolder(join(folder.path, 'data'), { module: project.module });
    expect(holder.code).toBeUndefined();
    expect(await query(holder.url, 'select 1')).toEqual([1]);
    await holder.release();
    expect(await namesIn(join(folder.path, 'data', 'postgres'))).not.toContainEqual(expect.stringMatching(/^binaries-/));
  });

  it.runIf(isRoot)('are copied once, under DATA_DIR, where the server’s user cannot get to the project', async () => {
    await using folder = await dataDir();
    await using project = await copyOfProject(folder.path, { links: false });
    await chmod(project.path, 0o700);
    const data = join(folder.path, 'data');
    for (const round of [1, 2]) {
      await using holder = await startHolder(data, { module: project.module });
      expect(holder.code, `round ${round}`).toBeUndefined();
      expect(await query(holder.url, 'select 1')).toEqual([1]);
    }
    expect((await namesIn(join(data, 'postgres'))).filter((name) => name.startsWith('binaries-'))).toHaveLength(1);
  });

  it.runIf(others)('are copied where the links are missing and node_modules is not ours to write', async () => {
    await using folder = await dataDir();
    await using project = await copyOfProject(folder.path, { links: false });
    await chown(folder.path, DAEMON, DAEMON);
    await using holder = await startHolder(join(folder.path, 'data'), { module: project.module, uid: DAEMON });
    expect(holder.code).toBeUndefined();
    expect(await query(holder.url, 'select 1')).toEqual([1]);
  });

  it.runIf(isRoot)('are refused from a folder that others can write', async () => {
    await using folder = await dataDir();
    await using project = await copyOfProject(folder.path, { links: false });
    await chmod(project.path, 0o700);
    const data = join(folder.path, 'data');
    await (await startHolder(data, { module: project.module })).release();
    const copy = (await namesIn(join(data, 'postgres'))).find((name) => name.startsWith('binaries-')) ?? '';
    await chmod(join(data, 'postgres', copy), 0o777);
    await using holder = await startHolder(data, { module: project.module });
    expect(holder.code).toBe('database.embedded-not-ours');
  });
});

/** A file system of its own, so that it can be full. */
async function mountSmall(path: string, megabytes: number): Promise<AsyncDisposable | null> {
  const run = promisify(execFile);
  await mkdir(path);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  } catch {
    return null;
  }
  return {
    async [Symbol.asyncDispose]() {
      await run('umount', [path]);
    },
  };
}

it.runIf(isRoot)('a full disk is named as what it is', async (test) => {
  await using folder = await dataDir();
  const path = join(folder.path, 'small');
  await using disk = await mountSmall(path, 24);
  if (!disk) return test.skip('this root may not mount');
  await expect(startEmbeddedPostgres({ dataDir: path, log })).rejects.toMatchObject({
    code: 'database.embedded-disk-full',
    retryable: true,
  });
});
