import { Hono } from 'hono';
import { z } from 'zod';
import { mergePull } from '../../forge/behaviour/merges.ts';
import { findPull, openPull, pullsOf } from '../../forge/behaviour/pulls.ts';
import { diffFiles, diffText } from '../../forge/git/diff.ts';
import { mergeBase, readCommits } from '../../forge/git/read.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Pull } from '../../forge/server/model.ts';
import { actorOf, isAtLeast, roleIn, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import { fitTitle, isDraftTitle } from '../server/titles.ts';
import { unprocessable } from '../server/errors.ts';
import type { Hub } from '../server/hub.ts';
import { page } from '../server/paging.ts';
import { changedFileView, commitView } from '../views/commit.ts';
import { listedPullView, pullView } from '../views/pull.ts';
import { edited } from './issues.ts';
import { labelsWithIds } from './labels.ts';

const NewPull = z.object({
  title: z.string().min(1),
  head: z.string(),
  base: z.string(),
  body: z.string().default(''),
  labels: z.array(z.number().int()).default([]),
});

const PullEdit = z.object({ title: z.string().default(''), body: z.string().optional(), state: z.string().optional() });

const Merge = z.object({
  Do: z.enum(['merge', 'rebase', 'rebase-merge', 'squash', 'fast-forward-only', 'manually-merged']),
  MergeTitleField: z.string().default(''),
  MergeMessageField: z.string().default(''),
  head_commit_id: z.string().default(''),
});

export function pullRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const view = (c: Ctx, pull: Pull) => pullView(hub, c.var.repository, pull, roleIn(c.var.access, c.var.repository));

  routes.get('/', (c) => {
    const found = pullsOf(c.var.repository).filter((pull) => matches(pull, c));
    const role = roleIn(c.var.access, c.var.repository);
    return c.json(page(c, found.toReversed()).map((pull) => listedPullView(hub, c.var.repository, pull, role)));
  });
  routes.post('/', async (c) => {
    const { access, repository } = c.var;
    const user = actorOf(access);
    const { labels, title, ...fields } = await readBody(c, NewPull);
    if (fields.head === fields.base) throw unprocessable('Invalid PullRequest: There are no changes between the head and the base');
    if (!repository.collaborators.has(user.login.toLowerCase()) && !isAtLeast(access, repository, 'write')) {
      throw new ApiError(403, 'user must be a collaborator of the repository');
    }
    const about = { title: fitTitle(title), user, draft: isDraftTitle(title), labels: labelsWithIds(repository, labels) };
    const pull = await openPull(hub, repository, { ...fields, ...about });
    return c.json(view(c, pull), 201);
  });
  routes.get('/:file{[0-9]+\\.diff}', async (c) => {
    const { repository } = c.var;
    const { baseSha, headSha } = findPull(repository, Number.parseInt(c.req.param('file'), 10));
    return c.text(await diffText(repository.gitDir, await mergeBase(repository.gitDir, baseSha, headSha), headSha));
  });
  routes.get('/:index{[0-9]+}', (c) => c.json(view(c, pullIn(c))));
  routes.patch('/:index{[0-9]+}', async (c) => {
    const pull = pullIn(c);
    await edited(hub, c, pull.issue, await readBody(c, PullEdit));
    return c.json(view(c, pull), 201);
  });
  routes.get('/:index{[0-9]+}/commits', async (c) => {
    const { repository } = c.var;
    const { baseSha, headSha } = pullIn(c);
    const commits = page(c, await readCommits(repository.gitDir, `${baseSha}..${headSha}`));
    const read = async (commit: (typeof commits)[number]) =>
      commitView(hub, repository, commit, await diffFiles(repository.gitDir, commit.parents[0] ?? null, commit.sha));
    return c.json(await Promise.all(commits.map(read)));
  });
  routes.get('/:index{[0-9]+}/files', async (c) => {
    const { repository } = c.var;
    const { baseSha, headSha } = pullIn(c);
    const files = await diffFiles(repository.gitDir, await mergeBase(repository.gitDir, baseSha, headSha), headSha);
    return c.json(page(c, files).map((file) => changedFileView(hub, repository, headSha, file)));
  });
  routes.get('/:index{[0-9]+}/merge', (c) => {
    if (!pullIn(c).merged) throw notFound();
    return c.body(null, 204);
  });
  routes.post('/:index{[0-9]+}/merge', async (c) => {
    await merge(hub, c);
    return c.body(null, 200);
  });
  // The base is one segment of the path, the head may be several. The first one ever, be it closed.
  routes.get('/:base/:head{.+}', (c) => {
    const { base, head } = c.req.param();
    const branch = head.slice(head.indexOf(':') + 1);
    const found = pullsOf(c.var.repository).find((pull) => pull.baseRef === base && pull.headRef === branch);
    if (!found) throw notFound();
    return c.json(view(c, found));
  });
  return routes;
}

export function pullIn(c: Ctx): Pull {
  return findPull(c.var.repository, Number(c.req.param('index')));
}

async function merge(hub: Hub, c: Ctx): Promise<void> {
  const { access, repository } = c.var;
  const sender = actorOf(access);
  const fields = await readBody(c, Merge);
  const pull = pullIn(c);
  if (pull.merged) throw new ApiError(405, 'The PR is already merged');
  if (!isAtLeast(access, repository, 'write')) throw new ApiError(405, 'User not allowed to merge PR');
  if (fields.Do !== 'merge' && fields.Do !== 'squash') {
    throw new ApiError(405, `${fields.Do} is not allowed an allowed merge style for this repository`);
  }
  const { issue, headRef, baseRef } = pull;
  const own =
    fields.Do === 'merge'
      ? `Merge pull request '${issue.title}' (#${issue.number}) from ${headRef} into ${baseRef}`
      : `${issue.title} (#${issue.number})`;
  const message = `${fields.MergeTitleField || own}\n\n${fields.MergeMessageField}`;
  await mergePull(hub, repository, pull, { method: fields.Do, message, sha: fields.head_commit_id || null, sender });
}

function matches(pull: Pull, c: Ctx): boolean {
  const { state, base_branch: base, poster } = c.req.query();
  // Unlike issues, all of them where no state is asked for.
  if ((state === 'open' || state === 'closed') && pull.issue.state !== state) return false;
  if (base !== undefined && pull.baseRef !== base) return false;
  return poster === undefined || pull.issue.user.login === poster;
}
