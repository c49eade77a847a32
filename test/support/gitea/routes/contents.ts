import { Hono } from 'hono';
import { readCommits, readFileAt, readFolderAt, resolveCommit, type TreeEntry } from '../../forge/git/read.ts';
import { notFound } from '../../forge/server/errors.ts';
import type { Repository } from '../../forge/server/model.ts';
import type { Ctx, Env } from '../server/access.ts';
import type { Hub } from '../server/hub.ts';

/** Files and folders at a ref. */
export function contentsRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.on('GET', ['/contents', '/contents/:filepath{.+}'], async (c) => {
    const { repository } = c.var;
    const at = (c.req.param('filepath') ?? '').replace(/\/$/, '');
    const place = await placeOf(c);
    const file = at === '' ? null : await readFileAt(repository.gitDir, place.commit, at);
    if (file) {
      const entry = { type: 'file' as const, sha: file.sha, size: file.content.length, name: at.split('/').at(-1) ?? at };
      const content = { encoding: 'base64', content: file.content.toString('base64') };
      return c.json({ ...(await entryView(hub, repository, place, at, entry)), ...content });
    }
    const folder = await readFolderAt(repository.gitDir, place.commit, at);
    if (!folder) throw notFound();
    const views = folder.map((entry) => entryView(hub, repository, place, at === '' ? entry.name : `${at}/${entry.name}`, entry));
    return c.json(await Promise.all(views));
  });
  routes.get('/raw/:filepath{.+}', async (c) => {
    const { repository } = c.var;
    // A ref that is not there is taken for the default branch.
    const commit =
      (await resolveCommit(repository.gitDir, c.req.query('ref') ?? '')) ??
      (await resolveCommit(repository.gitDir, repository.defaultBranch));
    const file = commit && (await readFileAt(repository.gitDir, commit, c.req.param('filepath')));
    if (!file) throw notFound();
    return c.body(new Uint8Array(file.content), 200, { 'content-type': 'text/plain; charset=utf-8' });
  });
  return routes;
}

interface Place {
  ref: string;
  commit: string;
}

async function placeOf(c: Ctx): Promise<Place> {
  const { repository } = c.var;
  const ref = c.req.query('ref') || repository.defaultBranch;
  const commit = await resolveCommit(repository.gitDir, ref);
  if (!commit) throw notFound();
  return { ref, commit };
}

async function entryView(hub: Hub, repository: Repository, { ref, commit }: Place, at: string, entry: TreeEntry) {
  const escaped = encodeURI(at);
  const self = `${hub.urls.repo(repository)}/contents/${escaped}?ref=${encodeURIComponent(ref)}`;
  const git = `${hub.urls.repo(repository)}/git/${entry.type === 'dir' ? 'trees' : 'blobs'}/${entry.sha}`;
  const page = hub.urls.repoPage(repository);
  const html = `${page}/src/branch/${encodeURIComponent(ref)}/${escaped}`;
  const [last] = await readCommits(repository.gitDir, commit, 1);
  return {
    name: entry.name,
    path: at,
    sha: entry.sha,
    last_commit_sha: commit,
    last_committer_date: last?.committer.date,
    last_author_date: last?.author.date,
    type: entry.type,
    size: entry.size,
    encoding: null,
    content: null,
    target: null,
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'dir' ? null : `${page}/raw/branch/${encodeURIComponent(ref)}/${escaped}`,
    submodule_git_url: null,
    _links: { self, git, html },
  };
}
