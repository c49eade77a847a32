import { diffFiles } from '../git/diff.ts';
import { isAncestor, readCommit, readCommits, readRefs } from '../git/read.ts';
import type { Push, RefChange } from '../server/happening.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Pull, Repository } from '../server/model.ts';
import { closeMentionedIssues } from './closing-words.ts';
import { setIssueState } from './issues.ts';
import { refreshPull, pullsOf } from './pulls.ts';

/** Of a push this many commits are told at most. */
const MAX_PUSHED_COMMITS = 20;

/**
 * Does what moves refs, and then everything that follows from it: pull requests, webhooks. It has all happened
 * when the returned promise is fulfilled.
 */
export async function pushing<T>(hub: ForgeHub, repository: Repository, sender: Account, work: () => Promise<T>): Promise<T> {
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

async function follow(hub: ForgeHub, repository: Repository, change: RefChange, sender: Account): Promise<void> {
  repository.pushedAt = hub.timestamp();
  hub.report(repository, { kind: 'pushed', by: sender, push: await describePush(repository, change) });
  const branch = branchOf(change.ref);
  if (branch === null) return;
  const open = pullsOf(repository).filter((pull) => pull.issue.state === 'open');
  if (hub.rules.closedFollow) await followClosed(repository, branch, change);
  for (const pull of open.filter((one) => one.headRef === branch)) await followHead(hub, repository, pull, change, sender);
  for (const pull of open.filter((one) => one.baseRef === branch)) await followBase(hub, repository, pull, change, sender);
  if (change.after === null) return;
  hub.report(repository, { kind: 'branch-settled', by: sender, branch, head: await readCommit(repository.gitDir, change.after) });
}

/** Without a word, and not those that are merged. */
async function followClosed(repository: Repository, branch: string, { after }: RefChange): Promise<void> {
  if (after === null) return;
  for (const pull of pullsOf(repository)) {
    if (pull.issue.state === 'open' || pull.merged || pull.headRef !== branch) continue;
    pull.headSha = after;
    await refreshPull(repository, pull);
  }
}

function branchOf(ref: string): string | null {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}

/** A pull request whose branch is deleted is closed. */
async function followHead(hub: ForgeHub, repository: Repository, pull: Pull, change: RefChange, sender: Account): Promise<void> {
  if (change.after === null) {
    setIssueState(hub, repository, pull.issue, 'closed', sender);
    return;
  }
  const before = pull.headSha;
  pull.headSha = change.after;
  pull.issue.updatedAt = hub.timestamp();
  await refreshPull(repository, pull);
  hub.report(repository, { kind: 'head-moved', pull, by: sender, before, after: change.after });
  // Without a commit of its own left, as after a force push of the base.
  if (pull.commits === 0 && !hub.rules.emptyPulls) setIssueState(hub, repository, pull.issue, 'closed', sender);
}

/** A pull request whose commits arrive in the base by a push has been merged, where the forge sees it so. */
async function followBase(hub: ForgeHub, repository: Repository, pull: Pull, change: RefChange, sender: Account): Promise<void> {
  if (change.after === null) {
    setIssueState(hub, repository, pull.issue, 'closed', sender);
    return;
  }
  if (hub.rules.mergedByPush && (await isAncestor(repository.gitDir, pull.headSha, change.after))) {
    pull.merged = { by: sender, at: hub.timestamp(), sha: change.after };
    setIssueState(hub, repository, pull.issue, 'closed', sender);
    closeMentionedIssues(hub, repository, pull, sender);
    return;
  }
  pull.baseSha = change.after;
  await refreshPull(repository, pull);
}

async function describePush({ gitDir }: Repository, change: RefChange): Promise<Push> {
  const { before, after } = change;
  const range = before && after ? `${before}..${after}` : after;
  const newest = range ? await readCommits(gitDir, range, before ? MAX_PUSHED_COMMITS : 1) : [];
  const commits: Push['commits'][number][] = [];
  for (const commit of newest.toReversed()) {
    commits.push({ commit, files: await diffFiles(gitDir, commit.parents[0] ?? null, commit.sha) });
  }
  const forced = before !== null && after !== null && !(await isAncestor(gitDir, before, after));
  return { ...change, forced, commits };
}
