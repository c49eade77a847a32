import type { Page } from '../paging.ts';

/** The most that GitHub gives a page. */
export const PER_PAGE = 100;

/** One answer of a list, and where the list ends. */
export function toPage<T>(page: number, { data, headers }: { data: readonly T[]; headers: { link?: string | undefined } }): Page<T> {
  const found = /[?&]page=(\d+)[^>]*>;\s*rel="last"/.exec(headers.link ?? '');
  return { items: data, last: found === null ? page : Number(found[1]) };
}
