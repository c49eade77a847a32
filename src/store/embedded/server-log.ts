import { copyFile, lstat, open, stat, truncate, type FileHandle } from 'node:fs/promises';
import { notOurs } from './errors.ts';

const LARGEST = 5 * 1024 * 1024;
const LOOK_EVERY_MS = 60_000;
const TAIL = 16_384;

/** Opened for appending: the server goes on at the new end after the file was cut. */
export async function openLog(path: string): Promise<FileHandle> {
  await keepSmall(path);
  const found = await lstat(path).catch(() => null);
  if (found && !found.isFile()) throw notOurs(`${path} is not a file`);
  return open(path, 'a', 0o600);
}

/** Two files of at most 5 MB or so: the log, and `.1`, what was in it before. */
export async function keepSmall(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= LARGEST) return;
  await copyFile(path, `${path}.1`);
  await truncate(path);
}

export function keepSmallFromNowOn(path: string): Disposable {
  const timer = setInterval(() => void keepSmall(path).catch(() => {}), LOOK_EVERY_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** What was written since the log had the size `from`, or the end of that. */
export async function logSince(path: string, from: number): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const start = Math.max(from, size - TAIL);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL), 0, TAIL, start > size ? 0 : start);
  return buffer.toString('utf8', 0, bytesRead);
}
