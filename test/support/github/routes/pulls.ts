import { Hono } from 'hono';
import { z } from 'zod';
import { editIssue } from '../../forge/behaviour/issues.ts';
import { mergePull } from '../../forge/behaviour/merges.ts';
import { findPull, openPull, pullsOf } from '../../forge/behaviour/pulls.ts';
import { changeState } from '../../forge/behaviour/state.ts';
import { diffFiles } from '../../forge/git/diff.ts';
import { mergeBase, readCommits } from '../../forge/git/read.ts';
import { actorOf, assertMay, type Ctx, type Env } from '../server/access.ts';
import { readBody } from '../server/body.ts';
import type { Hub } from '../server/hub.ts';
import { ApiError } from '../../forge/server/errors.ts';
import type { Pull, Repository } from '../../forge/server/model.ts';
import { page } from '../server/paging.ts';
import { commitView, fileView } from '../views/commit.ts';
import { pullView, simplePullView } from '../views/pull.ts';
import { needContents, needPull } from './needs.ts';

const NewPull = z.object({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
});

const PullEdit = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
});

const Merge = z.object({
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  commit_title: z.string().nullish(),
  commit_message: z.string().nullish(),
  sha: z.string().nullish(),
});

export function pullRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/', (c) => {
    assertMay(c.var.access, c.var.repository, needPull('read', 'read'));
    const found = pullsOf(c.var.repository).filter((pull) => matches(pull, c));
    return c.json(page(c, found.toReversed()).map((pull) => simplePullView(hub, c.var.repository, pull)));
  });
  routes.post('/', async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needPull('write', 'write'));
    const { body = null, ...fields } = await readBody(c, NewPull);
    const pull = await openPull(hub, repository, { ...fields, body, user: actorOf(access), labels: [] });
    return c.json(pullView(hub, repository, pull), 201);
  });
  routes.get('/:number', (c) => {
    assertMay(c.var.access, c.var.repository, needPull('read', 'read'));
    return c.json(pullView(hub, c.var.repository, pullIn(c)));
  });
  routes.patch('/:number', async (c) => {
    const { access, repository } = c.var;
    const pull = pullIn(c);
    const own = access.kind === 'person' && access.user === pull.issue.user;
    assertMay(access, repository, needPull(own ? 'read' : 'write', 'write'));
    const edit = await readBody(c, PullEdit);
    editIssue(hub, repository, pull.issue, { title: edit.title, ...('body' in edit ? { body: edit.body ?? null } : {}) }, actorOf(access));
    if (edit.state) await changeState(hub, repository, pull.issue, edit.state, actorOf(access));
    return c.json(pullView(hub, repository, pull));
  });
  routes.get('/:number/commits', async (c) => {
    assertMay(c.var.access, c.var.repository, needPull('read', 'read'));
    const { baseSha, headSha } = pullIn(c);
    const commits = await readCommits(c.var.repository.gitDir, `${baseSha}..${headSha}`);
    return c.json(page(c, commits.toReversed()).map((commit) => commitView(hub, c.var.repository, commit)));
  });
  routes.get('/:number/files', async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needPull('read', 'read'));
    const { baseSha, headSha } = pullIn(c);
    const files = await diffFiles(repository.gitDir, await mergeBase(repository.gitDir, baseSha, headSha), headSha);
    return c.json(page(c, files).map((file) => fileView(hub, repository, headSha, file)));
  });
  routes.put('/:number/merge', async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needContents('write', 'write'));
    const fields = await readBody(c, Merge);
    const { merge_method: method, sha: seen = null } = fields;
    if (method === 'rebase') throw new ApiError(405, 'Rebase merges are not allowed on this repository.');
    const pull = pullIn(c);
    const message = messageOf(repository, pull, method, fields);
    const sha = await mergePull(hub, repository, pull, { method, message, sha: seen, sender: actorOf(access) });
    return c.json({ sha, merged: true, message: 'Pull Request successfully merged' });
  });
  return routes;
}

/** What GitHub writes over a merge where nothing else is asked for. */
function messageOf({ owner }: Repository, { issue, headRef }: Pull, method: 'merge' | 'squash', fields: z.infer<typeof Merge>): string {
  const own =
    method === 'merge' ? `Merge pull request #${issue.number} from ${owner.login}/${headRef}` : `${issue.title} (#${issue.number})`;
  const body = method === 'merge' ? issue.title : '';
  return `${fields.commit_title ?? own}\n\n${fields.commit_message ?? body}`;
}

export function pullIn(c: Ctx): Pull {
  return findPull(c.var.repository, Number(c.req.param('number')));
}

function matches(pull: Pull, c: Ctx): boolean {
  const { state = 'open', head, base } = c.req.query();
  if (state !== 'all' && pull.issue.state !== state) return false;
  if (base !== undefined && pull.baseRef !== base) return false;
  // GitHub ignores a head that does not name its owner.
  return head === undefined || !head.includes(':') || head === `${c.var.repository.owner.login}:${pull.headRef}`;
}
