import { Hono } from 'hono';
import { z } from 'zod';
import { addComment, deleteComment, editComment, findComment } from '../../forge/behaviour/comments.ts';
import { ApiError } from '../../forge/server/errors.ts';
import type { Account, Comment } from '../../forge/server/model.ts';
import { actorOf, isAtLeast, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import type { Hub } from '../server/hub.ts';
import { pageIfAsked, whole } from '../server/paging.ts';
import { commentView } from '../views/issue.ts';
import { timelineViews } from '../views/timeline.ts';
import { assertTimes, issueSurelyIn, isWithin } from './find.ts';

const CommentBody = z.object({ body: z.string().min(1) });

export function commentRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const view = (c: Ctx, comment: Comment) => commentView(hub, c.var.repository, comment);

  routes.get('/comments', (c) => {
    const comments = c.var.repository.issues.flatMap((issue) => issue.comments).toSorted((a, b) => a.id - b.id);
    return c.json(pageIfAsked(c, inTime(c, comments)).map((comment) => view(c, comment)));
  });
  routes.get('/comments/:id', (c) => c.json(view(c, commentIn(c))));
  routes.patch('/comments/:id', async (c) => {
    const { body } = await readBody(c, CommentBody);
    const comment = commentIn(c);
    const by = assertMayChange(c, comment);
    if (body !== comment.body) editComment(hub, c.var.repository, comment, body, by);
    return c.json(view(c, comment));
  });
  routes.delete('/comments/:id', (c) => {
    const comment = commentIn(c);
    deleteComment(hub, c.var.repository, comment, assertMayChange(c, comment));
    return c.body(null, 204);
  });
  // All of them, whatever page is asked for.
  routes.get('/:index/comments', (c) => c.json(whole(c, inTime(c, issueSurelyIn(c).comments)).map((comment) => view(c, comment))));
  routes.post('/:index/comments', async (c) => {
    const by = actorOf(c.var.access);
    const { body } = await readBody(c, CommentBody);
    return c.json(view(c, addComment(hub, c.var.repository, issueSurelyIn(c), body, by)), 201);
  });
  routes.get('/:index/timeline', (c) => {
    assertTimes(c);
    const { since, before } = c.req.query();
    const entries = timelineViews(hub, c.var.repository, issueSurelyIn(c)).filter((entry) => isWithin(entry.updated_at, since, before));
    const found = pageIfAsked(c, entries);
    return c.json(found.length === 0 ? null : found);
  });
  return routes;
}

export function commentIn(c: Ctx): Comment {
  return findComment(c.var.repository, Number(c.req.param('id')));
}

function inTime(c: Ctx, comments: readonly Comment[]): Comment[] {
  assertTimes(c);
  const { since, before } = c.req.query();
  return comments.filter((comment) => isWithin(comment.updatedAt, since, before));
}

/** One's own words, or with write access anyone's. */
function assertMayChange(c: Ctx, comment: Comment): Account {
  const by = actorOf(c.var.access);
  if (by !== comment.user && !isAtLeast(c.var.access, c.var.repository, 'write')) throw new ApiError(403, '');
  return by;
}
