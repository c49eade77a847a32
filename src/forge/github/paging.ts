interface Page<T> {
  readonly data: readonly T[];
  readonly headers: { readonly link?: string | undefined };
}

/** The most that GitHub gives a page. */
export const PER_PAGE = 100;

/** The end of a list that GitHub gives oldest first: the first page tells where the last is, and it is read from there. */
export async function newest<T>(limit: number, fetchPage: (page: number) => Promise<Page<T>>): Promise<T[]> {
  const first = await fetchPage(1);
  let items: T[] = [];
  for (let page = lastPage(first.headers.link); page > 1 && items.length < limit; page -= 1) {
    items = [...(await fetchPage(page)).data, ...items];
  }
  if (items.length < limit) items = [...first.data, ...items];
  return limit > 0 ? items.slice(-limit) : [];
}

function lastPage(link: string | undefined): number {
  const found = /[?&]page=(\d+)[^>]*>;\s*rel="last"/.exec(link ?? '');
  return found === null ? 1 : Number(found[1]);
}
