export interface Page<T> {
  readonly items: readonly T[];
  /** The number of the last one, from 1. */
  readonly last: number;
}

/** The end of a list that the forge gives oldest first: the first page tells where the last is, and it is read from there. */
export async function newest<T>(limit: number, fetchPage: (page: number) => Promise<Page<T>>): Promise<T[]> {
  const first = await fetchPage(1);
  let items: T[] = [];
  for (let page = first.last; page > 1 && items.length < limit; page -= 1) {
    items = [...(await fetchPage(page)).items, ...items];
  }
  if (items.length < limit) items = [...first.items, ...items];
  return limit > 0 ? items.slice(-limit) : [];
}
