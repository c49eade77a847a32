import { setTimeout as sleep } from 'node:timers/promises';

const SILENT_MS = 2_000;
const SAY_MS = 5_000;
const TICK_MS = 250;

/** A word on stderr when something takes longer than two seconds, and then again while it lasts. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const begun = Date.now();
  const { stderr } = process;
  const line = () => `${what} … ${Math.round((Date.now() - begun) / 1000)} s`;
  const say = () => void stderr.write(stderr.isTTY ? `\r${line()}` : `${line()}\n`);
  let repeat: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    repeat = setInterval(say, stderr.isTTY ? 1_000 : SAY_MS);
  }, SILENT_MS);
  try {
    return await work;
  } finally {
    clearTimeout(first);
    clearInterval(repeat);
    if (repeat && stderr.isTTY) stderr.write('\n');
  }
}

/** Looks until there is something to see, or `seconds` are over: null. It looks at least once. */
export async function waitFor<T>(seconds: number, look: () => Promise<T | null>): Promise<T | null> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== null || Date.now() >= end) return seen;
    await sleep(TICK_MS);
  }
}
