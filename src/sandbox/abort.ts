import { addAbortListener } from 'node:events';

/**
 * What the work gives, or the signal's reason as soon as it is aborted. The work itself goes on then: whoever began it
 * sees to its end.
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const stop = new AbortController();
  const aborted = new Promise<'aborted'>((resolve) => {
    if (signal.aborted) return resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true, signal: stop.signal });
  });
  const finished = work.then((value) => ({ value }));
  // It may still fail when nobody waits for it any more.
  finished.catch(() => {});
  try {
    const first = await Promise.race([finished, aborted]);
    if (first === 'aborted') throw signal.reason;
    return first.value;
  } finally {
    stop.abort();
  }
}

/** A sandbox that the signal removes. Whoever disposes of it is told what could not be removed. */
export function removedBy<T extends AsyncDisposable>(signal: AbortSignal, sandbox: T): T {
  addAbortListener(signal, () => {
    void Promise.resolve(sandbox[Symbol.asyncDispose]()).catch(() => {});
  });
  return sandbox;
}
