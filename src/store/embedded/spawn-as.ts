import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { open, type FileHandle } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import { fromSystemError, noPermission, unsupportedPlatform } from './errors.ts';
import { canEnter, type ServerUser } from './server-user.ts';

/**
 * Starts one of PostgreSQL's programs in a session of its own (a Ctrl-C in the terminal is for Signalbox, which then stops
 * the server in its own order) and without anything from Signalbox's environment.
 */
export function spawnAs(user: ServerUser, command: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  try {
    return spawn(command, args, {
      ...(user.foreign ? { uid: user.uid, gid: user.gid } : {}),
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
      detached: true,
      stdio,
    });
  } catch (error) {
    throw fromSpawnError(error, user);
  }
}

export function fromSpawnError(error: unknown, user: ServerUser): Error {
  const code = (error as NodeJS.ErrnoException).code;
  // The file is there, so what is missing is its loader: a system without glibc.
  if (code === 'ENOENT') return unsupportedPlatform(`its programs do not run on this system (${messageOf(error)})`, error);
  if (code === 'EPERM' && user.foreign) return noPermission('this root may not start a process as another user', error);
  return fromSystemError(error, '');
}

/** Runs a program to its end. Aborting ends it and throws the signal's reason. */
export async function runAs(user: ServerUser, command: string, args: readonly string[], inherited: readonly number[], signal: AbortSignal) {
  signal.throwIfAborted();
  const child = spawnAs(user, command, args, ['ignore', 'pipe', 'pipe', ...inherited]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-65_536)));
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', end);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) => reject(fromSpawnError(error, user)));
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    return { exitCode, output };
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/**
 * A folder as the server can name it. One that lies under a folder that the server's user may not pass (DATA_DIR under
 * /root) is handed over open, as descriptor 3: `/proc/self/fd/3` leads to it without passing anything.
 */
export async function handOver(user: ServerUser, folder: string): Promise<{ name: string; inherited: number[] } & AsyncDisposable> {
  if (await canEnter(user, folder)) return { name: folder, inherited: [], async [Symbol.asyncDispose]() {} };
  if (process.platform !== 'linux') throw noPermission(`user ${user.uid}, as whom root runs PostgreSQL, cannot get to ${folder}`);
  const handle: FileHandle = await open(folder, 'r');
  return { name: '/proc/self/fd/3', inherited: [handle.fd], [Symbol.asyncDispose]: () => handle.close() };
}
