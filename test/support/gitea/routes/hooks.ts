import { Hono } from 'hono';
import { z } from 'zod';
import { readCommit, resolveCommit } from '../../forge/git/read.ts';
import { notFound } from '../../forge/server/errors.ts';
import { assertAdmin, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { unprocessable } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Hook } from '../server/model.ts';
import { pageIfAsked } from '../server/paging.ts';
import { hookView } from '../views/hook.ts';
import { isSubscribed, subscriptionsOf } from '../webhooks/events.ts';
import { pushPayload } from '../webhooks/push.ts';

const Fields = {
  events: z.array(z.string()).default([]),
  branch_filter: z.string().default(''),
  authorization_header: z.string().default(''),
};

const NewHook = z.object({ ...Fields, type: z.string(), config: z.record(z.string(), z.string()), active: z.boolean().default(false) });

const HookEdit = z.object({ ...Fields, config: z.record(z.string(), z.string()).default({}), active: z.boolean().optional() });

/** The webhooks of a repository, for its admins. */
export function hookRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.use('*', async (c, next) => {
    assertAdmin(c);
    await next();
  });
  routes.get('/', (c) => c.json(pageIfAsked(c, hub.hooksOf(c.var.repository)).map(hookView)));
  routes.post('/', async (c) => {
    const { type, config, ...fields } = await readBody(c, NewHook);
    if (type !== 'gitea' && type !== 'gogs' && type !== 'forgejo') throw unprocessable(`Invalid hook type: ${type}`);
    for (const name of ['url', 'content_type']) if (!(name in config)) throw unprocessable(`Missing config option: ${name}`);
    const at = hub.timestamp();
    const hook: Hook = {
      id: hub.nextId(),
      url: '',
      contentType: 'json',
      ...rest(fields),
      secret: config['secret'] ?? '',
      createdAt: at,
      updatedAt: at,
    };
    configure(hook, config);
    hook.active = fields.active;
    hub.hooksOf(c.var.repository).push(hook);
    return c.json(hookView(hook), 201);
  });
  routes.get('/:id', (c) => c.json(hookView(hookIn(hub, c))));
  // What is not sent is not kept: without events there is only `push`. The secret stays as it was, whatever is sent.
  routes.patch('/:id', async (c) => {
    const hook = hookIn(hub, c);
    const { config, active = hook.active, ...fields } = await readBody(c, HookEdit);
    configure(hook, config);
    Object.assign(hook, rest(fields), { active, updatedAt: hub.timestamp() });
    return c.json(hookView(hook));
  });
  routes.delete('/:id', (c) => {
    const hooks = hub.hooksOf(c.var.repository);
    hooks.splice(hooks.indexOf(hookIn(hub, c)), 1);
    return c.body(null, 204);
  });
  routes.post('/:id/tests', async (c) => {
    await test(hub, c, hookIn(hub, c));
    return c.body(null, 204);
  });
  return routes;
}

function rest(fields: { events: string[]; branch_filter: string; authorization_header: string }) {
  return {
    events: subscriptionsOf(fields.events),
    branchFilter: fields.branch_filter,
    authorization: fields.authorization_header,
    active: false,
  };
}

function configure(hook: Hook, { url, content_type: type }: Record<string, string>): void {
  if (type !== undefined && type !== 'json' && type !== 'form') throw unprocessable('Invalid content type');
  if (url !== undefined && !/^https?:\/\/[^/]/.test(url)) throw unprocessable('Invalid url');
  hook.contentType = type ?? hook.contentType;
  hook.url = url ?? hook.url;
}

function hookIn(hub: Hub, c: Ctx): Hook {
  const hook = hub.hooksOf(c.var.repository).find((one) => String(one.id) === c.req.param('id'));
  if (!hook) throw notFound();
  return hook;
}

/** A push of nothing new; only a hook that hears of pushes is told. */
async function test(hub: Hub, c: Ctx, hook: Hook): Promise<void> {
  const { repository } = c.var;
  const sha = await resolveCommit(repository.gitDir, repository.defaultBranch);
  if (!sha || !isSubscribed(hook.events, 'push')) return;
  const ref = c.req.query('ref') || `refs/heads/${repository.defaultBranch}`;
  const commits = [{ commit: await readCommit(repository.gitDir, sha), files: [] }];
  hub.deliveries.add(hook, 'push', pushPayload(hub, repository, { ref, before: sha, after: sha, forced: false, commits }, assertAdmin(c)));
}
