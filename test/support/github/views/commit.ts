import type { FileChange } from '../../forge/git/diff.ts';
import type { Commit } from '../../forge/git/read.ts';
import type { Hub } from '../server/hub.ts';
import type { Repository } from '../../forge/server/model.ts';
import { nodeId } from '../server/urls.ts';
import { accountView } from './account.ts';

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

export function commitView(hub: Hub, repository: Repository, commit: Commit) {
  const api = hub.urls.repo(repository);
  const link = (sha: string) => ({
    sha,
    url: `${api}/commits/${sha}`,
    html_url: `${hub.urls.repoPage(repository)}/commit/${sha}`,
  });
  return {
    ...link(commit.sha),
    node_id: nodeId('C', commit.sha),
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    author: accountOf(hub, commit.author.email),
    committer: accountOf(hub, commit.committer.email),
    parents: commit.parents.map(link),
  };
}

/** GitHub knows who wrote a commit by its e-mail address. */
function accountOf(hub: Hub, email: string) {
  const account = hub.accounts.find((one) => one.email === email);
  return account ? accountView(hub, account) : null;
}

export function fileView(hub: Hub, repository: Repository, commit: string, file: FileChange) {
  const page = hub.urls.repoPage(repository);
  const path = encodeURI(file.filename);
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${commit}/${path}`,
    raw_url: `${page}/raw/${commit}/${path}`,
    contents_url: `${hub.urls.repo(repository)}/contents/${path}?ref=${commit}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
  };
}

/** A commit as the push webhook tells it. */
export function pushedCommitView(hub: Hub, repository: Repository, commit: Commit, files: readonly FileChange[]) {
  const named = (statuses: FileChange['status'][]) => files.filter((file) => statuses.includes(file.status)).map((file) => file.filename);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${hub.urls.repoPage(repository)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: named(['added', 'copied', 'renamed']),
    removed: [...named(['removed']), ...files.flatMap((file) => (file.status === 'renamed' ? [file.previousFilename ?? ''] : []))],
    modified: named(['modified', 'changed']),
  };
}
