import { diffFiles } from '../git/diff.ts';
import { countCommits, mergeBase, resolveCommit } from '../git/read.ts';
import { mergeTrees, updateRef } from '../git/write.ts';
import { Refusal, notFound } from '../server/errors.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Label, Pull, Repository } from '../server/model.ts';
import { assertBodyFits } from './bodies.ts';
import { addIssue, findIssue, reportFirstLabels, type NewIssue } from './issues.ts';

export interface NewPull extends NewIssue {
  head: string;
  base: string;
  draft: boolean;
  labels: Label[];
}

export function findPull(repository: Repository, number: number): Pull {
  const { pull } = findIssue(repository, number);
  if (!pull) throw notFound();
  return pull;
}

export function pullsOf(repository: Repository): Pull[] {
  return repository.issues.flatMap((issue) => (issue.pull ? [issue.pull] : []));
}

/** From a branch of this same repository: forks are not kept here. One after the other, or two at once would both be the first. */
export async function openPull(hub: ForgeHub, repository: Repository, fields: NewPull): Promise<Pull> {
  return hub.exclusively(repository, async () => {
    const ends = await findEnds(hub, repository, fields);
    const issue = addIssue(hub, repository, fields);
    const pull: Pull = {
      id: hub.nextId(),
      issue,
      draft: fields.draft,
      ...ends,
      commits: 0,
      additions: 0,
      deletions: 0,
      changedFiles: 0,
      mergeable: true,
      merged: null,
      reviews: [],
    };
    issue.pull = pull;
    issue.labels = [...fields.labels];
    await refreshPull(repository, pull);
    hub.report(repository, { kind: 'opened', issue, by: fields.user });
    reportFirstLabels(hub, repository, issue);
    return pull;
  });
}

type Ends = Pick<Pull, 'headRef' | 'headSha' | 'baseRef' | 'baseSha'>;

/** What it goes from and to. */
async function findEnds(hub: ForgeHub, repository: Repository, fields: NewPull): Promise<Ends> {
  assertBodyFits(hub, 'pull', fields.body);
  const headRef = headOf(repository, fields.head);
  const headSha = headRef === null ? null : await branchTip(repository, headRef);
  const baseSha = await branchTip(repository, fields.base);
  if (headRef === null || headSha === null) throw new Refusal('head-unknown', fields.head);
  if (baseSha === null) throw new Refusal('base-unknown', fields.base);
  if (!hub.rules.emptyPulls && (await countCommits(repository.gitDir, `${baseSha}..${headSha}`)) === 0) {
    throw new Refusal('no-commits', `${fields.base} and ${headRef}`);
  }
  assertNoTwin(repository, headRef, fields.base);
  return { headRef, headSha, baseRef: fields.base, baseSha };
}

function headOf(repository: Repository, head: string): string | null {
  const colon = head.indexOf(':');
  if (colon < 0) return head;
  return head.slice(0, colon).toLowerCase() === repository.owner.login.toLowerCase() ? head.slice(colon + 1) : null;
}

export async function branchTip(repository: Repository, branch: string): Promise<string | null> {
  return resolveCommit(repository.gitDir, `refs/heads/${branch}`);
}

export function assertNoTwin(repository: Repository, headRef: string, baseRef: string): void {
  const twin = pullsOf(repository).find((pull) => pull.issue.state === 'open' && pull.headRef === headRef && pull.baseRef === baseRef);
  if (twin) throw new Refusal('twin', `${repository.owner.login}:${headRef}`);
}

/** Reads from git again what the pull request says of its commits, and moves `refs/pull/N/head` along. */
export async function refreshPull(repository: Repository, pull: Pull): Promise<void> {
  const { gitDir } = repository;
  const from = await mergeBase(gitDir, pull.baseSha, pull.headSha);
  const files = await diffFiles(gitDir, from, pull.headSha);
  pull.commits = await countCommits(gitDir, `${pull.baseSha}..${pull.headSha}`);
  pull.additions = files.reduce((sum, file) => sum + file.additions, 0);
  pull.deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  pull.changedFiles = files.length;
  pull.mergeable = (await mergeTrees(gitDir, pull.baseSha, pull.headSha)) !== null;
  await updateRef(gitDir, `refs/pull/${pull.issue.number}/head`, pull.headSha);
}

export function setDraft(hub: ForgeHub, repository: Repository, pull: Pull, draft: boolean, by: Account): void {
  if (pull.draft === draft) return;
  pull.draft = draft;
  pull.issue.updatedAt = hub.timestamp();
  hub.report(repository, { kind: 'draft-changed', pull, by });
}
