import type { Ctx } from './access.ts';

/** Gitea's page size, and the largest that may be asked for. */
const DEFAULT_LIMIT = 30;
const MAX_LIMIT = 50;

/** The page of a list that the query asks for, with the links to the others. */
export function page<T>(c: Ctx, items: readonly T[]): T[] {
  const limit = limitOf(c);
  const current = positive(c.req.query('page')) ?? 1;
  const last = Math.max(1, Math.ceil(items.length / limit));
  const links: string[] = [];
  if (current < last) links.push(link(c, 'next', current + 1), link(c, 'last', last));
  if (current > 1) links.push(link(c, 'first', 1), link(c, 'prev', current - 1));
  if (links.length > 0) c.header('Link', links.join(','));
  return cut(c, items, current, limit);
}

/** As several lists do it: everything where no page is asked for, and no links. */
export function pageIfAsked<T>(c: Ctx, items: readonly T[]): T[] {
  const current = positive(c.req.query('page'));
  if (current !== undefined) return cut(c, items, current, limitOf(c));
  return whole(c, items);
}

/** As other lists do it, which know no pages. */
export function whole<T>(c: Ctx, items: readonly T[]): T[] {
  c.header('X-Total-Count', String(items.length));
  return [...items];
}

function cut<T>(c: Ctx, items: readonly T[], current: number, limit: number): T[] {
  c.header('X-Total-Count', String(items.length));
  return items.slice((current - 1) * limit, current * limit);
}

function limitOf(c: Ctx): number {
  return Math.min(positive(c.req.query('limit')) ?? DEFAULT_LIMIT, MAX_LIMIT);
}

function link(c: Ctx, rel: string, number: number): string {
  const url = new URL(c.req.url);
  url.searchParams.set('page', String(number));
  return `<${url.href}>; rel="${rel}"`;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
