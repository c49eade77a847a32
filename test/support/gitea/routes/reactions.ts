import { Hono } from 'hono';
import { z } from 'zod';
import { react } from '../../forge/behaviour/comments.ts';
import { ApiError } from '../../forge/server/errors.ts';
import { REACTIONS, type Reaction } from '../../forge/server/model.ts';
import { actorOf, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import type { Hub } from '../server/hub.ts';
import { pageIfAsked } from '../server/paging.ts';
import { reactionView } from '../views/issue.ts';
import { commentIn } from './comments.ts';
import { issueIn } from './find.ts';

const Content = z.object({ content: z.string() });

export function reactionRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  mount(hub, routes, '/comments/:id/reactions', (c) => commentIn(c).reactions);
  mount(hub, routes, '/:index/reactions', (c) => issueIn(c).reactions);
  return routes;
}

function mount(hub: Hub, routes: Hono<Env>, path: string, reactionsOf: (c: Ctx) => Reaction[]): void {
  routes.get(path, (c) => {
    const views = pageIfAsked(
      c,
      reactionsOf(c).map((reaction) => reactionView(hub, reaction)),
    );
    return c.json(views.length === 0 ? null : views);
  });
  routes.post(path, async (c) => {
    const user = actorOf(c.var.access);
    const reactions = reactionsOf(c);
    const content = allowed((await readBody(c, Content)).content);
    const { reaction, isNew } = react(hub, reactions, content, user);
    return c.json(reactionView(hub, reaction), isNew ? 201 : 200);
  });
  // By what it is, and one's own; there need not be one.
  routes.delete(path, async (c) => {
    const user = actorOf(c.var.access);
    const reactions = reactionsOf(c);
    const { content } = await readBody(c, Content);
    const index = reactions.findIndex((one) => one.user === user && one.content === content);
    if (index >= 0) reactions.splice(index, 1);
    return c.body(null, 200);
  });
}

function allowed(content: string): Reaction['content'] {
  const found = REACTIONS.find((one) => one === content);
  if (!found) throw new ApiError(403, `'${content}' is not an allowed reaction`);
  return found;
}
