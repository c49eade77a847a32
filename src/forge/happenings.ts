import type { Happening } from './forge.ts';

/** Whoever looks for what was missed looks again: a repository where more happens than this is not read to its end. */
export const MAX_PAGES = 20;

interface Dated {
  readonly created_at: Date;
}

/** Of a list that gives the newest first, what was made from `since` on, oldest first. */
export async function newestUntil<T extends Dated>(since: Date, fetchPage: (page: number) => Promise<readonly T[]>): Promise<T[]> {
  const from = wholeSecond(since);
  const found: T[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const items = await fetchPage(page);
    const fresh = items.filter((item) => item.created_at >= from);
    found.push(...fresh);
    if (items.length === 0 || fresh.length < items.length) break;
  }
  return found.toReversed();
}

/** Forges keep time by the second, and what happened within the one of `since` may have happened after it. */
export function wholeSecond(since: Date): Date {
  return new Date(Math.floor(since.getTime() / 1000) * 1000);
}

/** Oldest first. What happened within one second keeps the order that it comes in. */
export function byTime(happenings: readonly Happening[]): Happening[] {
  return happenings.toSorted((a, b) => timeOf(a) - timeOf(b));
}

function timeOf({ event }: Happening): number {
  return 'at' in event ? (event.at?.getTime() ?? 0) : 0;
}
