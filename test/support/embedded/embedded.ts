import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { canEnter } from '../../../src/store/embedded/server-user.ts';
import { commonFolder } from '../common-folder.ts';

/** Users that every Linux has; `nobody` is whom root starts the server as. */
export const NOBODY = 65_534;
export const DAEMON = 1;

export const isRoot = process.getuid?.() === 0;

/** Whether tests can run Signalbox as another user: as root, and with the project where others can read it. */
export async function canBeOthers(): Promise<boolean> {
  const can = isRoot && (await canEnter({ uid: DAEMON, gid: DAEMON, foreign: true }, process.execPath));
  if (!can) console.warn('skipped: running as another user needs root, and the project where others can read it');
  return can;
}

export interface DataDir extends AsyncDisposable {
  readonly path: string;
  readonly data: string;
  /** The server's process that works in this folder, if one does. */
  postmaster(): Promise<number | null>;
}

/** A folder for one test, which ends with no server in it. */
export async function dataDir(...below: string[]): Promise<DataDir> {
  const top = await mkdtemp(join(await commonFolder(), 'signalbox-embedded-'));
  await chmod(top, 0o711);
  const path = join(top, ...below);
  const data = join(path, 'postgres', 'data');
  return {
    path,
    data,
    postmaster: () => postmasterOf(data),
    async [Symbol.asyncDispose]() {
      const left = await postmasterOf(data);
      if (left !== null) process.kill(left, 'SIGKILL');
      await rm(top, { recursive: true, force: true, maxRetries: 10 });
      if (left !== null) throw new Error(`the test left a server running in ${data}`);
    },
  };
}

async function postmasterOf(data: string): Promise<number | null> {
  const pid = Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => ''), 10);
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes('cluster_name=signalbox-') ? pid : null;
}

export interface Holder extends AsyncDisposable {
  readonly url: string;
  /** The error's code when the start failed. */
  readonly code: string | undefined;
  /** Lets go of the server in the orderly way. */
  release(): Promise<void>;
  kill(): Promise<void>;
}

const HOLDER = fileURLToPath(new URL('holder.ts', import.meta.url));

export async function startHolder(path: string, options: { uid?: number; module?: string; tmpdir?: string } = {}): Promise<Holder> {
  const child = spawn(process.execPath, [HOLDER, path, ...(options.module ? [options.module] : [])], {
    cwd: '/',
    env: { ...process.env, ...(options.tmpdir ? { TMPDIR: options.tmpdir } : {}) },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), exited])) as [unknown];
  if (typeof line !== 'string') throw new Error(`the holder ended before it said anything: ${String(line)}`);
  const { url = '', code } = JSON.parse(line) as { url?: string; code?: string };
  return {
    url,
    code,
    async release() {
      child.stdin.end();
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}

export async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end().catch(() => {});
  }
}

/** Waits for the first answer that is not null, undefined or false. The test's own time limit ends it. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await pause(10);
  }
}

export async function ownerOfProcess(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}

export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}
