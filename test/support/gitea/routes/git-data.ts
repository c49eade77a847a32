import { Hono } from 'hono';
import { pushing } from '../../forge/behaviour/pushes.ts';
import { diffFiles } from '../../forge/git/diff.ts';
import { readCommit, readCommits, readRefs, resolveCommit } from '../../forge/git/read.ts';
import { updateRef } from '../../forge/git/write.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Repository } from '../../forge/server/model.ts';
import { assertWriter, roleIn, type Ctx, type Env } from '../server/access.ts';
import type { Hub } from '../server/hub.ts';
import { page } from '../server/paging.ts';
import { branchView, commitView } from '../views/commit.ts';

/** Branches, refs and commits, read from the bare repository at every request. */
export function gitDataRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/branches', async (c) => {
    const names = page(c, await branchesOf(c.var.repository));
    return c.json(await Promise.all(names.map((name) => readBranch(hub, c, name))));
  });
  routes.get('/branches/:branch{.+}', async (c) => {
    const name = c.req.param('branch');
    if (!(await branchesOf(c.var.repository)).includes(name)) throw notFound();
    return c.json(await readBranch(hub, c, name));
  });
  routes.delete('/branches/:branch{.+}', async (c) => {
    const by = assertWriter(c);
    const { repository } = c.var;
    const name = c.req.param('branch');
    if (name === repository.defaultBranch) throw new ApiError(403, 'can not delete default branch');
    // One that is not there is as good as deleted.
    await pushing(hub, repository, by, async () => {
      if ((await branchesOf(repository)).includes(name)) await updateRef(repository.gitDir, `refs/heads/${name}`, null);
    });
    return c.body(null, 204);
  });
  routes.get('/git/refs/:ref{.+}', async (c) => {
    const { repository } = c.var;
    const wanted = `refs/${c.req.param('ref')}`;
    const refs = [...(await readRefs(repository.gitDir))].filter(([ref]) => ref.startsWith(wanted));
    if (refs.length === 0) throw notFound();
    const url = `${hub.urls.repo(repository)}/git`;
    return c.json(refs.map(([ref, sha]) => ({ ref, url: `${url}/${ref}`, object: { type: 'commit', sha, url: `${url}/commits/${sha}` } })));
  });
  routes.get('/git/commits/:sha', async (c) => c.json(await readOne(hub, c.var.repository, c.req.param('sha'))));
  routes.get('/commits', async (c) => {
    const { repository } = c.var;
    const tip = await resolveCommit(repository.gitDir, c.req.query('sha') ?? repository.defaultBranch);
    if (!tip) throw notFound();
    const commits = page(c, await readCommits(repository.gitDir, tip));
    return c.json(await Promise.all(commits.map((commit) => readOne(hub, repository, commit.sha))));
  });
  return routes;
}

async function branchesOf(repository: Repository): Promise<string[]> {
  const refs = [...(await readRefs(repository.gitDir)).keys()];
  return refs.filter((ref) => ref.startsWith('refs/heads/')).map((ref) => ref.slice('refs/heads/'.length));
}

async function readBranch(hub: Hub, c: Ctx, name: string) {
  const { access, repository } = c.var;
  const sha = await resolveCommit(repository.gitDir, `refs/heads/${name}`);
  if (!sha) throw notFound();
  return branchView(hub, repository, name, await readCommit(repository.gitDir, sha), roleIn(access, repository));
}

async function readOne(hub: Hub, repository: Repository, name: string) {
  const sha = await resolveCommit(repository.gitDir, name);
  if (!sha) throw notFound();
  const commit = await readCommit(repository.gitDir, sha);
  return commitView(hub, repository, commit, await diffFiles(repository.gitDir, commit.parents[0] ?? null, sha));
}
