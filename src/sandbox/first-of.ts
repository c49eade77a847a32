/** What comes first for a command: its own end (well or badly), its timeout, or the caller's signal. */
export async function firstOf(exited: Promise<unknown>, timeoutMs: number, signal: AbortSignal): Promise<'exited' | 'timeout' | 'aborted'> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      exited.then(
        () => 'exited' as const,
        () => 'exited' as const,
      ),
      new Promise<'timeout'>((resolve) => {
        timer = setTimeout(resolve, timeoutMs, 'timeout');
      }),
      new Promise<'aborted'>((resolve) => {
        if (signal.aborted) return resolve('aborted');
        signal.addEventListener('abort', () => resolve('aborted'), { once: true, signal: stop.signal });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}
