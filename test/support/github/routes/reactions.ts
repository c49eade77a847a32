import { Hono } from 'hono';
import { z } from 'zod';
import { react } from '../../forge/behaviour/comments.ts';
import { actorOf, assertMay, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { notFound } from '../../forge/server/errors.ts';
import { forbidden } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import { REACTIONS, type Reaction } from '../../forge/server/model.ts';
import { page } from '../server/paging.ts';
import { reactionView } from '../views/issue.ts';
import { commentIn } from './comments.ts';
import { issueIn } from './issues.ts';
import { needIssue } from './needs.ts';

const NewReaction = z.object({ content: z.enum(REACTIONS) });

export function reactionRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  mount(hub, routes, '/:number/reactions', (c) => issueIn(c).reactions);
  mount(hub, routes, '/comments/:id/reactions', (c) => commentIn(c).reactions);
  return routes;
}

function mount(hub: Hub, routes: Hono<Env>, path: string, reactionsOf: (c: Ctx) => Reaction[]): void {
  routes.get(path, (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'read'));
    return c.json(page(c, reactionsOf(c)).map((reaction) => reactionView(hub, reaction)));
  });
  routes.post(path, async (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'write'));
    const { content } = await readBody(c, NewReaction);
    const { reaction, isNew } = react(hub, reactionsOf(c), content, actorOf(c.var.access));
    return c.json(reactionView(hub, reaction), isNew ? 201 : 200);
  });
  routes.delete(`${path}/:reaction`, (c) => {
    assertMay(c.var.access, c.var.repository, needIssue('read', 'write'));
    const reactions = reactionsOf(c);
    const index = reactions.findIndex((one) => String(one.id) === c.req.param('reaction'));
    if (index < 0) throw notFound();
    if (reactions[index]?.user !== actorOf(c.var.access)) throw forbidden('You can only delete your own reactions.');
    reactions.splice(index, 1);
    return c.body(null, 204);
  });
}
