import { Hono } from 'hono';
import { pushing } from '../../forge/behaviour/pushes.ts';
import { diffFiles } from '../../forge/git/diff.ts';
import { countCommits, mergeBase, readCommit, readCommits, readRefs, resolveCommit, type Commit } from '../../forge/git/read.ts';
import { updateRef } from '../../forge/git/write.ts';
import { actorOf, assertMay, type Ctx, type Env } from '../server/access.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Repository } from '../../forge/server/model.ts';
import { page } from '../server/paging.ts';
import { nodeId } from '../server/urls.ts';
import { commitView, fileView } from '../views/commit.ts';
import { needContents } from './needs.ts';

/** GitHub compares 250 commits and 300 files at most. */
const MAX_COMPARED_FILES = 300;

/** Refs, commits and comparisons, read from the bare repository at every request. */
export function gitDataRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  const assertMayRead = (c: Ctx) => assertMay(c.var.access, c.var.repository, needContents('read', 'read'));

  routes.get('/branches', async (c) => {
    assertMayRead(c);
    const heads = [...(await readRefs(c.var.repository.gitDir))].filter(([ref]) => ref.startsWith('refs/heads/'));
    const url = hub.urls.repo(c.var.repository);
    const views = heads.map(([ref, sha]) => ({ name: ref.slice(11), commit: { sha, url: `${url}/commits/${sha}` }, protected: false }));
    return c.json(page(c, views));
  });
  routes.get('/branches/:branch{.+}', async (c) => {
    assertMayRead(c);
    const name = c.req.param('branch');
    const sha = await resolveCommit(c.var.repository.gitDir, `refs/heads/${name}`);
    if (!sha) throw new ApiError(404, 'Branch not found');
    return c.json(branchView(hub, c.var.repository, name, await readCommit(c.var.repository.gitDir, sha)));
  });
  routes.get('/git/ref/:ref{.+}', async (c) => {
    assertMayRead(c);
    const ref = `refs/${c.req.param('ref')}`;
    const sha = (await readRefs(c.var.repository.gitDir)).get(ref);
    if (!sha) throw notFound();
    return c.json(refView(hub, c.var.repository, ref, sha));
  });
  routes.get('/git/matching-refs/:ref{.+}', async (c) => {
    assertMayRead(c);
    const refs = [...(await readRefs(c.var.repository.gitDir))].filter(([ref]) => ref.startsWith(`refs/${c.req.param('ref')}`));
    return c.json(refs.map(([ref, sha]) => refView(hub, c.var.repository, ref, sha)));
  });
  routes.delete('/git/refs/:ref{.+}', async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needContents('write', 'write'));
    const ref = `refs/${c.req.param('ref')}`;
    await pushing(hub, repository, actorOf(access), async () => {
      if (!(await readRefs(repository.gitDir)).has(ref)) throw new ApiError(422, 'Reference does not exist');
      await updateRef(repository.gitDir, ref, null);
    });
    return c.body(null, 204);
  });
  routes.get('/commits', async (c) => {
    assertMayRead(c);
    const sha = await commitOr404(c.var.repository, c.req.query('sha') ?? c.var.repository.defaultBranch);
    const commits = await readCommits(c.var.repository.gitDir, sha);
    return c.json(page(c, commits).map((commit) => commitView(hub, c.var.repository, commit)));
  });
  routes.get('/commits/:ref{.+}', async (c) => {
    const { repository } = c.var;
    assertMayRead(c);
    const commit = await readCommit(repository.gitDir, await commitOr404(repository, c.req.param('ref')));
    const files = await diffFiles(repository.gitDir, commit.parents[0] ?? null, commit.sha);
    const additions = files.reduce((sum, file) => sum + file.additions, 0);
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
    const stats = { additions, deletions, total: additions + deletions };
    return c.json({
      ...commitView(hub, repository, commit),
      stats,
      files: files.map((file) => fileView(hub, repository, commit.sha, file)),
    });
  });
  routes.get('/compare/:basehead{.+}', async (c) => {
    assertMayRead(c);
    const [base = '', head = ''] = c.req.param('basehead').split('...');
    return c.json(await compare(hub, c.var.repository, base, head));
  });
  return routes;
}

async function commitOr404(repository: Repository, name: string): Promise<string> {
  const sha = await resolveCommit(repository.gitDir, name);
  if (!sha) throw notFound();
  return sha;
}

function branchView(hub: Hub, repository: Repository, name: string, commit: Commit) {
  const self = `${hub.urls.repo(repository)}/branches/${encodeURIComponent(name)}`;
  return {
    name,
    commit: commitView(hub, repository, commit),
    _links: { self, html: `${hub.urls.repoPage(repository)}/tree/${name}` },
    protected: false,
    protection: { enabled: false },
    protection_url: `${self}/protection`,
  };
}

function refView(hub: Hub, repository: Repository, ref: string, sha: string) {
  const url = hub.urls.repo(repository);
  const object = { sha, type: 'commit', url: `${url}/git/commits/${sha}` };
  return { ref, node_id: nodeId('REF', `${repository.id}:${ref}`), url: `${url}/git/${ref}`, object };
}

async function compare(hub: Hub, repository: Repository, baseName: string, headName: string) {
  const { gitDir } = repository;
  const withoutOwner = (name: string) => name.slice(name.indexOf(':') + 1);
  const base = await commitOr404(repository, withoutOwner(baseName));
  const head = await commitOr404(repository, withoutOwner(headName));
  const fork = await mergeBase(gitDir, base, head);
  if (!fork) throw notFound();
  const ahead = await countCommits(gitDir, `${base}..${head}`);
  const behind = await countCommits(gitDir, `${head}..${base}`);
  const commits = await readCommits(gitDir, `${base}..${head}`);
  const files = (await diffFiles(gitDir, fork, head)).slice(0, MAX_COMPARED_FILES);
  const html = `${hub.urls.repoPage(repository)}/compare/${baseName}...${headName}`;
  return {
    url: `${hub.urls.repo(repository)}/compare/${baseName}...${headName}`,
    html_url: html,
    permalink_url: `${hub.urls.repoPage(repository)}/compare/${base}...${head}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitView(hub, repository, await readCommit(gitDir, base)),
    merge_base_commit: commitView(hub, repository, await readCommit(gitDir, fork)),
    status: comparison(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.toReversed().map((commit) => commitView(hub, repository, commit)),
    files: files.map((file) => fileView(hub, repository, head, file)),
  };
}

function comparison(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
