import { Hono } from 'hono';
import { z } from 'zod';
import { addComment, deleteComment, editComment, findComment } from '../../forge/behaviour/comments.ts';
import { actorOf, assertMay, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { invalid } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Comment } from '../../forge/server/model.ts';
import { page } from '../server/paging.ts';
import { commentView } from '../views/issue.ts';
import { issueIn } from './issues.ts';
import { needIssue } from './needs.ts';

const CommentBody = z.object({ body: z.string() });

export function commentRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/comments', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    const { since = '', sort = 'created', direction = 'asc' } = c.req.query();
    const from = since === '' ? '' : new Date(since).toISOString().slice(0, 19);
    const found = c.var.repository.issues.flatMap((issue) => issue.comments).filter((one) => one.updatedAt >= from);
    const sorted = found.toSorted((a, b) => (sort === 'updated' ? a.updatedAt.localeCompare(b.updatedAt) : 0) || a.id - b.id);
    const comments = direction === 'desc' ? sorted.toReversed() : sorted;
    return c.json(page(c, comments).map((one) => commentView(hub, c.var.repository, one)));
  });
  routes.get('/comments/:id', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    return c.json(commentView(hub, c.var.repository, commentIn(c)));
  });
  routes.patch('/comments/:id', async (c) => {
    const comment = commentIn(c);
    const body = await writtenIn(c);
    assertMayChange(c, comment);
    editComment(hub, c.var.repository, comment, body, actorOf(c.var.access));
    return c.json(commentView(hub, c.var.repository, comment));
  });
  routes.delete('/comments/:id', (c) => {
    const comment = commentIn(c);
    assertMayChange(c, comment);
    deleteComment(hub, c.var.repository, comment, actorOf(c.var.access));
    return c.body(null, 204);
  });
  routes.get('/:number/comments', (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    const since = c.req.query('since') ?? '';
    const comments = issueIn(c).comments.filter((one) => one.updatedAt >= since);
    return c.json(page(c, comments).map((one) => commentView(hub, c.var.repository, one)));
  });
  routes.post('/:number/comments', async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needIssue('read', 'write'));
    const issue = issueIn(c);
    const body = await writtenIn(c);
    const comment = addComment(hub, repository, issue, body, actorOf(access));
    return c.json(commentView(hub, repository, comment), 201);
  });
  return routes;
}

async function writtenIn(c: Ctx): Promise<string> {
  const { body } = await readBody(c, CommentBody);
  if (body.trim() === '') throw invalid({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  return body;
}

export function commentIn(c: Ctx): Comment {
  return findComment(c.var.repository, Number(c.req.param('id')));
}

/** One's own words, or with write access anyone's. */
function assertMayChange(c: Ctx, comment: Comment): void {
  const own = actorOf(c.var.access) === comment.user;
  assertMay(c.var.access, c.var.repository, needIssue(own ? 'read' : 'write', 'write'));
}
