import type { Remark } from './forge.ts';

/** The newest `limit` of them, oldest first. */
export function inOrder(remarks: readonly Remark[], limit: number): Remark[] {
  const sorted = remarks.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id);
  return limit > 0 ? sorted.slice(-limit) : [];
}
