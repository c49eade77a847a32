import type { BotIdentity, ReviewWish } from '../forge.ts';
import { markerOf } from '../marker.ts';
import { Identified, Pull, Review } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { shownLines, type ShownLines } from './diff.ts';
import { orNull } from './errors.ts';
import { everyPage } from './pages.ts';
import { toReview } from './review-text.ts';

export async function ensureReview(
  client: GiteaClient,
  identity: () => Promise<BotIdentity>,
  maxComments: number,
  wish: ReviewWish,
): Promise<{ id: number }> {
  const me = await identity();
  return client.on(wish.repository, `review ${wish.repository}#${wish.number}`, async (api) => {
    const reviews = `/pulls/${wish.number}/reviews`;
    const mine = await own(api, reviews, me.id);
    const [there] = marked(mine, wish.key);
    if (there) return { id: there.id };
    // Left by a request that broke off half-way: what is posted next would be added to it.
    for (const { id, state } of mine) if (state === 'PENDING') await orNull(() => api.delete(`${reviews}/${id}`));
    const review = toReview(wish, await linesOf(api, wish), maxComments);
    const { id } = Identified.parse((await api.post(reviews, { event: 'COMMENT', commit_id: wish.sha, ...review })).data);
    return { id: await keepOne(api, reviews, marked(await own(api, reviews, me.id), wish.key), id) };
  });
}

async function own(api: Api, path: string, botId: number): Promise<Review[]> {
  return Review.array()
    .parse(await everyPage(api, path))
    .filter(({ user }) => user?.id === botId);
}

/** Submitted, oldest first. */
function marked(reviews: readonly Review[], key: string): Review[] {
  return reviews.filter(({ body, state }) => state !== 'PENDING' && body.startsWith(markerOf(key))).sort((a, b) => a.id - b.id);
}

/** A finding is about the lines of its commit: once the branch has moved on, they are others. */
async function linesOf(api: Api, { number, sha }: ReviewWish): Promise<ShownLines> {
  const { head } = Pull.parse((await api.get(`/pulls/${number}`)).data);
  if (head.sha !== sha) return new Map();
  return shownLines(String((await api.get(`/pulls/${number}.diff`)).data));
}

/** Two processes that posted at once both see this, and both keep the older one. It may have the line comments of both. */
async function keepOne(api: Api, path: string, found: readonly Review[], postedId: number): Promise<number> {
  const [oldest] = found;
  if (oldest === undefined || oldest.id >= postedId) return postedId;
  await orNull(() => api.delete(`${path}/${postedId}`));
  return oldest.id;
}
