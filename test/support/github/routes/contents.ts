import { Hono } from 'hono';
import path from 'node:path';
import { readFileAt, readFolderAt, resolveCommit, type TreeEntry } from '../../forge/git/read.ts';
import { assertMay, type Env } from '../server/access.ts';
import { notFound } from '../../forge/server/errors.ts';
import type { Hub } from '../server/hub.ts';
import type { Repository } from '../../forge/server/model.ts';
import { needContents } from './needs.ts';

/** Files and folders at a ref. */
export function contentsRoutes(hub: Hub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.on('GET', ['/', '/:path{.+}'], async (c) => {
    const { access, repository } = c.var;
    assertMay(access, repository, needContents('read', 'read'));
    const ref = c.req.query('ref') ?? repository.defaultBranch;
    const commit = await resolveCommit(repository.gitDir, ref);
    if (!commit) throw notFound();
    const at = (c.req.param('path') ?? '').replace(/\/$/, '');
    const file = await readFileAt(repository.gitDir, commit, at);
    if (file) {
      if (c.req.header('accept')?.includes('raw')) return c.body(new Uint8Array(file.content));
      const entry = { type: 'file' as const, sha: file.sha, size: file.content.length, name: path.basename(at) };
      const content = file.content.toString('base64').replaceAll(/.{1,60}/g, '$&\n');
      return c.json({ ...entryView(hub, repository, ref, at, entry), encoding: 'base64', content });
    }
    const folder = await readFolderAt(repository.gitDir, commit, at);
    if (!folder) throw notFound();
    return c.json(folder.map((entry) => entryView(hub, repository, ref, at === '' ? entry.name : `${at}/${entry.name}`, entry)));
  });
  return routes;
}

function entryView(hub: Hub, repository: Repository, ref: string, at: string, entry: TreeEntry) {
  const api = hub.urls.repo(repository);
  const escaped = encodeURI(at);
  const self = `${api}/contents/${escaped}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${entry.type === 'dir' ? 'trees' : 'blobs'}/${entry.sha}`;
  const html = `${hub.urls.repoPage(repository)}/blob/${encodeURIComponent(ref)}/${escaped}`;
  return {
    type: entry.type,
    size: entry.size,
    name: entry.name,
    path: at,
    sha: entry.sha,
    url: self,
    git_url: git,
    html_url: html,
    download_url: entry.type === 'dir' ? null : `${hub.urls.repoPage(repository)}/raw/${encodeURIComponent(ref)}/${escaped}`,
    _links: { self, git, html },
  };
}
