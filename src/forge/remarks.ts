import type { Remark, Sender } from './forge.ts';

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** `place` is where a comment on a line stands. */
export function toRemark(comment: Comment, author: Sender, place: { path: string; line: number | null } | null): Remark {
  const { id, body, created_at: createdAt, updated_at: updatedAt } = comment;
  if (place === null) return { kind: 'comment', id, author, body, path: null, line: null, createdAt, updatedAt };
  return { kind: 'line-comment', id, author, body, ...place, createdAt, updatedAt };
}

/** The newest `limit` of them, oldest first. */
export function inOrder(remarks: readonly Remark[], limit: number): Remark[] {
  const sorted = remarks.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id);
  return limit > 0 ? sorted.slice(-limit) : [];
}
