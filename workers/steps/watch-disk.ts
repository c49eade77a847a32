import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SignalboxError } from '../../src/errors.ts';

const run = promisify(execFile);
const EVERY_MS = 5_000;

/**
 * A signal that is aborted when a folder grows over its limit, or when `signal` is. The folder need not exist yet. Looked
 * at every few seconds with the system's `du`, which follows no links.
 */
export function watchDisk(folder: string, maxMb: number, signal: AbortSignal): { signal: AbortSignal } & Disposable {
  const full = new AbortController();
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void sizeOf(folder).then((size) => {
      looking = false;
      if (size > maxMb) full.abort(tooLarge(size, maxMb));
    });
  }, EVERY_MS);
  return { signal: AbortSignal.any([signal, full.signal]), [Symbol.dispose]: () => clearInterval(timer) };
}

/** Mebibytes on disk. Files that vanish while it looks make `du` complain, not wrong. */
async function sizeOf(folder: string): Promise<number> {
  const { stdout } = await run('du', ['-smx', '--', folder], { env: { PATH: '/usr/bin:/bin' } }).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? '',
  }));
  return Number.parseInt(stdout, 10) || 0;
}

function tooLarge(size: number, maxMb: number): SignalboxError {
  return new SignalboxError('limit.disk', `The workspace grew to ${size} MiB; ${maxMb} are allowed.`, {
    nextStep: 'Raise WORKSPACE_MAX_MB, or say in the instruction what not to make; then `/agent retry`.',
  });
}
