import { Hono } from 'hono';
import { z } from 'zod';
import { resolveCommit } from '../../forge/git/read.ts';
import { actorOf, assertMay, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Repository, Status } from '../../forge/server/model.ts';
import { page } from '../server/paging.ts';
import { nodeId } from '../server/urls.ts';
import { accountView } from '../views/account.ts';
import { repositoryView } from '../views/repository.ts';
import { needStatuses } from './needs.ts';

const NewStatus = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().default('default'),
  description: z.string().max(140).nullish(),
  target_url: z.string().nullish(),
});

export function statusRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post('/statuses/:sha', async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needStatuses('write', 'write'));
    const sha = c.req.param('sha');
    if (!(await resolveCommit(repository.gitDir, sha))) throw new ApiError(422, `No commit found for SHA: ${sha}`);
    const { state, context, description = null, target_url: targetUrl = null } = await readBody(c, NewStatus);
    const status = { id: hub.nextId(), sha, state, context, description, targetUrl, creator: actorOf(access), createdAt: hub.timestamp() };
    repository.statuses.push(status);
    return c.json(statusView(hub, repository, status), 201);
  });
  routes.get('/commits/:ref{.+}/statuses', async (c) => {
    const statuses = await statusesOf(c);
    return c.json(page(c, statuses.all).map((status) => statusView(hub, c.var.repository, status)));
  });
  routes.get('/commits/:ref{.+}/status', async (c) => {
    const { all, sha } = await statusesOf(c);
    const latest = all.filter((status, index) => all.findIndex((one) => one.context === status.context) === index);
    const url = `${hub.urls.repo(c.var.repository)}/commits/${sha}`;
    return c.json({
      state: combine(latest),
      statuses: page(c, latest).map((status) => statusView(hub, c.var.repository, status)),
      sha,
      total_count: latest.length,
      repository: repositoryView(hub, c.var.repository),
      commit_url: url,
      url: `${url}/status`,
    });
  });
  return routes;
}

/** The newest first. */
async function statusesOf(c: Ctx): Promise<{ sha: string; all: Status[] }> {
  assertMay(c.var.access, c.var.repository, needStatuses('read', 'read'));
  const sha = await resolveCommit(c.var.repository.gitDir, c.req.param('ref') ?? '');
  if (!sha) throw notFound();
  return { sha, all: c.var.repository.statuses.filter((status) => status.sha === sha).toReversed() };
}

function combine(latest: Status[]): string {
  if (latest.some((status) => status.state === 'error' || status.state === 'failure')) return 'failure';
  return latest.length > 0 && latest.every((status) => status.state === 'success') ? 'success' : 'pending';
}

function statusView(hub: Hub, repository: Repository, status: Status) {
  return {
    url: `${hub.urls.repo(repository)}/statuses/${status.sha}`,
    avatar_url: accountView(hub, status.creator).avatar_url,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: accountView(hub, status.creator),
  };
}
