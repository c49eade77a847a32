import { Hono } from 'hono';
import { actorOf, type Env } from '../server/access.ts';
import { ApiError } from '../../forge/server/errors.ts';
import { forbidden } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import { RATE_LIMIT } from '../server/rate-limit.ts';
import { profileView } from '../views/account.ts';

export function userRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/user', (c) => {
    if (c.var.access.kind === 'installation') throw forbidden('Resource not accessible by integration');
    if (c.var.access.kind !== 'person') throw new ApiError(401, 'Requires authentication');
    return c.json(profileView(hub, actorOf(c.var.access)));
  });
  routes.get('/users/:username', (c) => c.json(profileView(hub, hub.account(c.req.param('username')))));
  routes.get('/rate_limit', (c) => {
    const state = { limit: RATE_LIMIT, used: 0, remaining: RATE_LIMIT, reset: Math.floor(hub.now() / 1000) + 3600 };
    return c.json({ resources: { core: state, search: state, graphql: state }, rate: state });
  });
  return routes;
}
