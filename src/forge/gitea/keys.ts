import { createHash } from 'node:crypto';

/** A delivery that Gitea sends again has a new id, and every byte of the first one: what tells two happenings apart is in it. */

/** By the time of closing, because a subject can be opened again. null where that is not known. */
export function closedKey(number: number, at: Date | null): string | null {
  return at === null ? null : `closed/${number}/${at.toISOString()}`;
}

export function reviewKey(pull: { number: number; updated_at: Date | null }, reviewerId: number, content: string): string {
  const parts = [pull.updated_at?.toISOString() ?? '', reviewerId, content];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return `review/${pull.number}/${digest}`;
}
