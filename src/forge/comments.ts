import { cutMarkdown, MAX_BODY } from './cut.ts';
import { markerOf } from './marker.ts';

export interface CommentWish {
  readonly key: string;
  readonly body: string;
  readonly knownId: number | null;
}

export interface PostedComment {
  readonly id: number;
  readonly url: string;
  readonly body: string;
}

/** The comments of one subject, as a forge gives access to them. */
export interface CommentPlace {
  /** The bot's own alone: anybody can write a marker. */
  mine(): Promise<readonly PostedComment[]>;
  create(body: string): Promise<PostedComment>;
  /** null: it was deleted. */
  edit(id: number, body: string): Promise<PostedComment | null>;
  remove(id: number): Promise<void>;
}

export async function ensureCommentAt(place: CommentPlace, wish: CommentWish): Promise<{ id: number; url: string }> {
  const marker = markerOf(wish.key);
  const { id, url } = await settle(place, marker, cutMarkdown(`${marker}\n${wish.body}`, MAX_BODY), wish.knownId);
  return { id, url };
}

async function settle(place: CommentPlace, marker: string, body: string, knownId: number | null): Promise<PostedComment> {
  const known = knownId === null ? null : await place.edit(knownId, body);
  if (known !== null) return known;
  const [found] = await marked(place, marker);
  if (found !== undefined) return found.body === body ? found : ((await place.edit(found.id, body)) ?? found);
  const created = await place.create(body);
  return keepOne(place, created, body, await marked(place, marker));
}

/** Oldest first. */
async function marked(place: CommentPlace, marker: string): Promise<PostedComment[]> {
  return (await place.mine()).filter((comment) => comment.body.startsWith(marker)).sort((a, b) => a.id - b.id);
}

/** Two processes that created at once both see this, and both keep the older one. */
async function keepOne(place: CommentPlace, created: PostedComment, body: string, found: readonly PostedComment[]): Promise<PostedComment> {
  const [oldest] = found;
  if (oldest === undefined || oldest.id >= created.id) return created;
  await place.remove(created.id);
  return (await place.edit(oldest.id, body)) ?? oldest;
}
