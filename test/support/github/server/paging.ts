import type { Ctx } from './access.ts';

/** GitHub's page size, and the largest that may be asked for. */
const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;

/** The page of a list that the query asks for; sets the Link header. */
export function page<T>(c: Ctx, items: readonly T[]): T[] {
  const perPage = Math.min(positive(c.req.query('per_page'), DEFAULT_PER_PAGE), MAX_PER_PAGE);
  const current = positive(c.req.query('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const links: string[] = [];
  if (current > 1) links.push(link(c, 'prev', current - 1), link(c, 'first', 1));
  if (current < last) links.push(link(c, 'next', current + 1), link(c, 'last', last));
  if (links.length > 0) c.header('Link', links.join(', '));
  return items.slice((current - 1) * perPage, current * perPage);
}

function link(c: Ctx, rel: string, number: number): string {
  const url = new URL(c.req.url);
  url.searchParams.set('page', String(number));
  return `<${url.href}>; rel="${rel}"`;
}

function positive(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}
