import { Hono } from 'hono';
import { z } from 'zod';
import { addReview } from '../../forge/behaviour/reviews.ts';
import { actorOf, assertMay, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { notFound } from '../../forge/server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Review } from '../../forge/server/model.ts';
import { page } from '../server/paging.ts';
import { reviewCommentView, reviewView } from '../views/pull.ts';
import { needPull } from './needs.ts';
import { pullIn } from './pulls.ts';

/** Pending reviews, which have no event, are not kept here. */
const NewReview = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().default(''),
  comments: z
    .array(z.object({ path: z.string(), line: z.number().int(), side: z.enum(['LEFT', 'RIGHT']).default('RIGHT'), body: z.string() }))
    .default([]),
});

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export function reviewRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/:number/reviews', (c) => {
    assertMay(c.var.access, c.var.repository, needPull('read', 'read'));
    const pull = pullIn(c);
    return c.json(page(c, pull.reviews).map((review) => reviewView(hub, c.var.repository, pull, review)));
  });
  routes.post('/:number/reviews', async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needPull('read', 'write'));
    const pull = pullIn(c);
    const { event, ...fields } = await readBody(c, NewReview);
    const review = await addReview(hub, repository, pull, { ...fields, state: STATES[event], user: actorOf(access) });
    return c.json(reviewView(hub, repository, pull, review));
  });
  routes.get('/:number/reviews/:review', (c) => {
    assertMay(c.var.access, c.var.repository, needPull('read', 'read'));
    return c.json(reviewView(hub, c.var.repository, pullIn(c), reviewIn(c)));
  });
  routes.get('/:number/reviews/:review/comments', (c) => {
    assertMay(c.var.access, c.var.repository, needPull('read', 'read'));
    const review = reviewIn(c);
    return c.json(page(c, review.comments).map((comment) => reviewCommentView(hub, c.var.repository, pullIn(c), review, comment)));
  });
  routes.get('/:number/comments', (c) => {
    assertMay(c.var.access, c.var.repository, needPull('read', 'read'));
    const pull = pullIn(c);
    const views = pull.reviews.flatMap((review) =>
      review.comments.map((comment) => reviewCommentView(hub, c.var.repository, pull, review, comment)),
    );
    return c.json(page(c, views));
  });
  return routes;
}

function reviewIn(c: Ctx): Review {
  const review = pullIn(c).reviews.find((one) => String(one.id) === c.req.param('review'));
  if (!review) throw notFound();
  return review;
}
