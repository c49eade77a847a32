import { Hono } from 'hono';
import { z } from 'zod';
import { addReview } from '../../forge/behaviour/reviews.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Review } from '../../forge/server/model.ts';
import { actorOf, isAtLeast, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { unprocessable } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import { pageIfAsked } from '../server/paging.ts';
import { reviewCommentView, reviewView } from '../views/pull.ts';
import { pullIn } from './pulls.ts';

/** Positions are line numbers of the file; 0 is none. Pending reviews, which need no event, are not kept here. */
const NewReview = z.object({
  event: z.enum(['APPROVED', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().default(''),
  commit_id: z.string().default(''),
  comments: z
    .array(
      z.object({
        path: z.string(),
        body: z.string(),
        new_position: z.number().int().default(0),
        old_position: z.number().int().default(0),
      }),
    )
    .default([]),
});

const Dismissal = z.object({ message: z.string().default('') });

const STATES = { APPROVED: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export function reviewRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const view = (c: Ctx, review: Review) => reviewView(hub, c.var.repository, pullIn(c), review);

  routes.get('/:index/reviews', (c) => c.json(pageIfAsked(c, pullIn(c).reviews).map((review) => view(c, review))));
  routes.post('/:index/reviews', async (c) => c.json(view(c, await create(hub, c))));
  routes.get('/:index/reviews/:id', (c) => c.json(view(c, reviewIn(c))));
  routes.delete('/:index/reviews/:id', (c) => {
    const review = reviewIn(c);
    if (actorOf(c.var.access) !== review.user) throw new ApiError(403, '');
    const { reviews } = pullIn(c);
    reviews.splice(reviews.indexOf(review), 1);
    return c.body(null, 204);
  });
  routes.get('/:index/reviews/:id/comments', (c) => {
    const review = reviewIn(c);
    return c.json(review.comments.map((comment) => reviewCommentView(hub, c.var.repository, pullIn(c), review, comment)));
  });
  routes.post('/:index/reviews/:id/dismissals', async (c) => {
    const by = actorOf(c.var.access);
    if (!isAtLeast(c.var.access, c.var.repository, 'admin')) throw new ApiError(403, 'Must be repo admin');
    const review = reviewIn(c);
    if (review.state === 'COMMENTED') {
      throw new ApiError(403, "not need to dismiss this review because it's type is not Approve or change request");
    }
    review.dismissed = true;
    const { message: body } = await readBody(c, Dismissal);
    const entry = { id: hub.nextId(), by, at: hub.timestamp(), reviewId: review.id, body };
    hub.timelineOf(pullIn(c).issue).push({ ...entry, type: 'dismiss_review' });
    return c.json(view(c, review));
  });
  return routes;
}

async function create(hub: Hub, c: Ctx): Promise<Review> {
  const user = actorOf(c.var.access);
  const { event, body, comments } = await readBody(c, NewReview);
  const pull = pullIn(c);
  if (event === 'REQUEST_CHANGES' && user !== pull.issue.user && body.trim() === '') {
    throw unprocessable('review event REQUEST_CHANGES requires a body');
  }
  return addReview(hub, c.var.repository, pull, {
    state: STATES[event],
    body,
    user,
    comments: comments.map(({ path, body: words, new_position: right, old_position: left }) =>
      left > 0 ? { path, body: words, line: left, side: 'LEFT' } : { path, body: words, line: right, side: 'RIGHT' },
    ),
  });
}

function reviewIn(c: Ctx): Review {
  const review = pullIn(c).reviews.find((one) => String(one.id) === c.req.param('id'));
  if (!review) throw notFound();
  return review;
}
