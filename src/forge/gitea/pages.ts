import { z } from 'zod';
import type { Page } from '../paging.ts';
import type { Api } from './client.ts';
import type { Query } from './exchange.ts';

/** As many as a server gives that nobody configured otherwise. One may give fewer. */
const PER_PAGE = 50;

const Items = z.array(z.unknown());

/** An empty list may be null, and what a search finds is wrapped. */
const List = z.union([Items, z.object({ data: Items }).transform(({ data }) => data), z.null().transform(() => [])]);

/** What a list holds, from its first page on; no more than of `maxPages` pages. */
export async function everyPage(api: Api, path: string, query: Query = {}, maxPages = 40): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let page = 1; page <= maxPages; page += 1) {
    const { found, total } = await readPage(api, path, { ...query, page });
    items.push(...found);
    if (total !== null && items.length >= total) break;
    if (found.length === 0 && page * PER_PAGE >= (total ?? 0)) break;
  }
  return items;
}

/** The timeline says nothing of its length, and leaves out of each page what is shown elsewhere: one empty page is not the end. */
export async function untilEmpty(api: Api, path: string, query: Query, maxPages = 40): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let page = 1, empty = 0; page <= maxPages && empty < 2; page += 1) {
    const { found } = await readPage(api, path, { ...query, page });
    items.push(...found);
    empty = found.length === 0 ? empty + 1 : 0;
  }
  return items;
}

/** One page of a list, which may lack what its reader is not to see: the length of the first one tells how many there are at most. */
export async function onePage(api: Api, path: string, page: number): Promise<Page<unknown>> {
  const { found, total } = await readPage(api, path, { page });
  return { items: found, last: Math.max(1, Math.ceil((total ?? 0) / (found.length || PER_PAGE))) };
}

async function readPage(api: Api, path: string, query: Query): Promise<{ found: unknown[]; total: number | null }> {
  const { data, headers } = await api.get(path, { ...query, limit: PER_PAGE });
  const total = headers.get('x-total-count');
  return { found: List.parse(data), total: total === null ? null : Number(total) };
}
