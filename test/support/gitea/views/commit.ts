import type { FileChange } from '../../forge/git/diff.ts';
import type { Commit } from '../../forge/git/read.ts';
import type { Repository, Role, Status } from '../../forge/server/model.ts';
import { atLeast } from '../../forge/server/roles.ts';
import type { Hub } from '../server/hub.ts';
import { accountView } from './account.ts';

const UNSIGNED = { verified: false, reason: 'gpg.error.not_signed_commit', signature: '', signer: null, payload: '' };

export function commitView(hub: Hub, repository: Repository, commit: Commit, files: readonly FileChange[]) {
  const api = `${hub.urls.repo(repository)}/git`;
  const link = (sha: string, created: string) => ({ url: `${api}/commits/${sha}`, sha, created });
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...link(commit.sha, commit.committer.date),
    html_url: `${hub.urls.repoPage(repository)}/commit/${commit.sha}`,
    commit: {
      url: `${api}/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: `${commit.message}\n`,
      tree: { url: `${api}/trees/${commit.sha}`, sha: commit.sha, created: commit.committer.date },
      verification: UNSIGNED,
    },
    author: accountOf(hub, commit.author.email),
    committer: accountOf(hub, commit.committer.email),
    parents: commit.parents.map((sha) => link(sha, '0001-01-01T00:00:00Z')),
    files: files.map(({ filename, status }) => ({ filename, status: status === 'added' || status === 'removed' ? status : 'modified' })),
    stats: { total: additions + deletions, additions, deletions },
  };
}

function accountOf(hub: Hub, email: string) {
  const account = hub.accounts.find((one) => one.email === email);
  return account ? accountView(hub, account) : null;
}

/** A commit as webhooks and branches tell it; of branches without its files. */
export function payloadCommitView(hub: Hub, repository: Repository, commit: Commit, files: readonly FileChange[] | null) {
  const named = (statuses: FileChange['status'][]) => files?.filter(({ status }) => statuses.includes(status)).map((one) => one.filename);
  return {
    id: commit.sha,
    message: `${commit.message}\n`,
    url: `${hub.urls.repoPage(repository)}/commit/${commit.sha}`,
    author: signatureView(hub, commit.author),
    committer: signatureView(hub, commit.committer),
    verification: files ? null : UNSIGNED,
    timestamp: commit.committer.date,
    added: named(['added', 'copied', 'renamed']) ?? null,
    removed: named(['removed']) ?? null,
    modified: named(['modified', 'changed']) ?? null,
  };
}

function signatureView(hub: Hub, { name, email }: Commit['author']) {
  return { name, email, username: hub.accounts.find((account) => account.email === email)?.login ?? '' };
}

export function branchView(hub: Hub, repository: Repository, name: string, commit: Commit, role: Role) {
  const mayWrite = atLeast(role, 'write');
  return {
    name,
    commit: payloadCommitView(hub, repository, commit, null),
    protected: false,
    required_approvals: 0,
    enable_status_check: false,
    status_check_contexts: [],
    user_can_push: mayWrite,
    user_can_merge: mayWrite,
    effective_branch_protection_name: '',
  };
}

export function changedFileView(hub: Hub, repository: Repository, sha: string, file: FileChange) {
  const path = encodeURI(file.filename);
  const page = hub.urls.repoPage(repository);
  return {
    filename: file.filename,
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
    status: WORDS[file.status],
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    html_url: `${page}/src/commit/${sha}/${path}`,
    contents_url: `${hub.urls.repo(repository)}/contents/${path}?ref=${sha}`,
    raw_url: `${page}/raw/commit/${sha}/${path}`,
  };
}

const WORDS: Record<FileChange['status'], string> = {
  added: 'added',
  removed: 'deleted',
  modified: 'changed',
  changed: 'changed',
  renamed: 'renamed',
  copied: 'copied',
};

/** What the request called `state` is called `status` here. */
export function statusView(hub: Hub, repository: Repository, status: Status) {
  return {
    id: status.id,
    status: status.state,
    target_url: status.targetUrl ?? '',
    description: status.description ?? '',
    url: `${hub.urls.repo(repository)}/statuses/${status.sha}`,
    context: status.context,
    creator: accountView(hub, status.creator),
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}
