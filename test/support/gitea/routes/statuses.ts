import { Hono } from 'hono';
import { z } from 'zod';
import { resolveCommit } from '../../forge/git/read.ts';
import { notFound } from '../../forge/server/errors.ts';
import type { Repository, Status } from '../../forge/server/model.ts';
import { assertWriter, roleIn, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { unexpected } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import { page, pageIfAsked } from '../server/paging.ts';
import { statusView } from '../views/commit.ts';
import { repositoryView } from '../views/repository.ts';

const NewStatus = z.object({
  // Whatever it is, Gitea takes it; its own description does not.
  state: z.string().transform((state) => state as Status['state']),
  context: z.string().default(''),
  description: z.string().default(''),
  target_url: z.string().default(''),
});

export function statusRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const view = (c: Ctx, status: Status) => statusView(hub, c.var.repository, status);

  routes.post('/statuses/:sha', async (c) => {
    const creator = assertWriter(c);
    const { repository } = c.var;
    const { state, context, description, target_url: targetUrl } = await readBody(c, NewStatus);
    const sha = await resolveCommit(repository.gitDir, c.req.param('sha'));
    if (!sha) throw unexpected();
    const id = repository.statuses.filter((one) => one.sha === sha).length + 1;
    const status: Status = { id, sha, state, context, description, targetUrl, creator, createdAt: hub.timestamp() };
    repository.statuses.push(status);
    return c.json(view(c, status), 201);
  });
  routes.get('/statuses/:sha', (c) => c.json(list(c, statusesOf(c.var.repository, c.req.param('sha'))).map((status) => view(c, status))));
  routes.get('/commits/:ref/statuses', async (c) => {
    const statuses = statusesOf(c.var.repository, await shaIn(c));
    return c.json(list(c, statuses).map((status) => view(c, status)));
  });
  routes.get('/commits/:ref/status', async (c) => {
    const { access, repository } = c.var;
    const sha = await shaIn(c);
    const all = statusesOf(repository, sha);
    const latest = page(
      c,
      all.filter((status, index) => all.findLastIndex((one) => one.context === status.context) === index),
    );
    const url = `${hub.urls.repo(repository)}/commits/${sha}`;
    return c.json({
      // Nothing at all is neither pending nor anything else.
      state: latest.length === 0 ? '' : combine(latest),
      sha,
      total_count: latest.length,
      statuses: latest.length === 0 ? null : latest.map((status) => view(c, status)),
      repository: repositoryView(hub, repository, roleIn(access, repository)),
      commit_url: url,
      url: `${url}/status`,
    });
  });
  return routes;
}

/** Of a commit by its whole sha, in the order of their making. */
function statusesOf(repository: Repository, sha: string): Status[] {
  return repository.statuses.filter((status) => status.sha === sha);
}

function list(c: Ctx, statuses: Status[]): Status[] {
  const { sort, state } = c.req.query();
  const found = statuses.filter((status) => state === undefined || state === '' || status.state === state);
  if (sort === 'oldest') return pageIfAsked(c, found);
  if (sort === 'leastindex') return pageIfAsked(c, found.toReversed());
  return pageIfAsked(
    c,
    sort === 'highestindex'
      ? found
      : found.toSorted((a, b) => (a.createdAt === b.createdAt ? a.id - b.id : a.createdAt < b.createdAt ? 1 : -1)),
  );
}

async function shaIn(c: Ctx): Promise<string> {
  const sha = await resolveCommit(c.var.repository.gitDir, c.req.param('ref') ?? '');
  if (!sha) throw notFound();
  return sha;
}

/** Warnings and what was skipped do not hurt. */
function combine(statuses: Status[]): string {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  return statuses.some(({ state }) => state === 'pending') ? 'pending' : 'success';
}
