import { diffFiles } from '../git/diff.ts';
import { isAncestor, readCommits, readRefs } from '../git/read.ts';
import { emit } from '../webhooks/emit.ts';
import type { Hub } from '../server/hub.ts';
import type { Account, Pull, Repository } from '../server/model.ts';
import { pushedCommitView } from '../views/commit.ts';
import { emitSuite, suiteFor } from './checks.ts';
import { emitIssue, setIssueState } from './issues.ts';
import { refreshPull, pullsOf } from './pulls.ts';
import { closeMentionedIssues } from './closing-words.ts';

interface RefChange {
  ref: string;
  before: string | null;
  after: string | null;
}

const NO_SHA = '0'.repeat(40);

/** The push webhook lists this many commits at most. */
const MAX_PUSHED_COMMITS = 20;

/**
 * Does what moves refs, and then everything that follows from it: pull requests, webhooks. It has all happened
 * when the returned promise is fulfilled.
 */
export async function pushing<T>(hub: Hub, repository: Repository, sender: Account, work: () => Promise<T>): Promise<T> {
  return hub.exclusively(repository, async () => {
    const before = await readRefs(repository.gitDir);
    const result = await work();
    const after = await readRefs(repository.gitDir);
    for (const change of compare(before, after)) await follow(hub, repository, change, sender);
    return result;
  });
}

function compare(before: Map<string, string>, after: Map<string, string>): RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changes = [...names].map((ref) => ({ ref, before: before.get(ref) ?? null, after: after.get(ref) ?? null }));
  return changes.filter((change) => change.before !== change.after);
}

async function follow(hub: Hub, repository: Repository, change: RefChange, sender: Account): Promise<void> {
  repository.pushedAt = hub.timestamp();
  await emitPush(hub, repository, change, sender);
  const branch = branchOf(change.ref);
  if (branch === null) return;
  const open = pullsOf(repository).filter((pull) => pull.issue.state === 'open');
  for (const pull of open.filter((one) => one.headRef === branch)) await followHead(hub, repository, pull, change, sender);
  for (const pull of open.filter((one) => one.baseRef === branch)) await followBase(hub, repository, pull, change, sender);
  if (change.after === null) return;
  const suite = suiteFor(hub, repository, change.after);
  suite.headBranch ??= branch;
  await emitSuite(hub, repository, suite, 'requested', sender);
}

function branchOf(ref: string): string | null {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}

/** A pull request whose branch is deleted is closed. */
async function followHead(hub: Hub, repository: Repository, pull: Pull, change: RefChange, sender: Account): Promise<void> {
  if (change.after === null) {
    setIssueState(hub, repository, pull.issue, 'closed', sender);
    return;
  }
  const before = pull.headSha;
  pull.headSha = change.after;
  pull.issue.updatedAt = hub.timestamp();
  await refreshPull(repository, pull);
  emitIssue(hub, repository, pull.issue, 'synchronize', sender, { before, after: change.after });
  // Without a commit of its own left, as after a force push of the base.
  if (pull.commits === 0) setIssueState(hub, repository, pull.issue, 'closed', sender);
}

/** A pull request whose commits arrive in the base by a push has been merged. */
async function followBase(hub: Hub, repository: Repository, pull: Pull, change: RefChange, sender: Account): Promise<void> {
  if (change.after === null) {
    setIssueState(hub, repository, pull.issue, 'closed', sender);
    return;
  }
  if (await isAncestor(repository.gitDir, pull.headSha, change.after)) {
    pull.merged = { by: sender, at: hub.timestamp(), sha: change.after };
    setIssueState(hub, repository, pull.issue, 'closed', sender);
    closeMentionedIssues(hub, repository, pull, sender);
    return;
  }
  pull.baseSha = change.after;
  await refreshPull(repository, pull);
}

async function emitPush(hub: Hub, repository: Repository, { ref, before, after }: RefChange, sender: Account): Promise<void> {
  const { gitDir } = repository;
  const range = before && after ? `${before}..${after}` : after;
  const newest = range ? await readCommits(gitDir, range, before ? MAX_PUSHED_COMMITS : 1) : [];
  const commits = [];
  for (const commit of newest.toReversed()) {
    const files = await diffFiles(gitDir, commit.parents[0] ?? null, commit.sha);
    commits.push(pushedCommitView(hub, repository, commit, files));
  }
  emit(hub, repository, 'push', sender, {
    ref,
    before: before ?? NO_SHA,
    after: after ?? NO_SHA,
    created: before === null,
    deleted: after === null,
    forced: before !== null && after !== null && !(await isAncestor(gitDir, before, after)),
    base_ref: null,
    compare: `${hub.urls.repoPage(repository)}/compare/${(before ?? after ?? '').slice(0, 12)}...${(after ?? '').slice(0, 12)}`,
    commits: before === null ? [] : commits,
    head_commit: commits.at(-1) ?? null,
    pusher: { name: sender.login, email: sender.email },
  });
}
