import { Refusal } from '../server/errors.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Issue, Pull, Repository } from '../server/model.ts';
import { setIssueState } from './issues.ts';
import { assertNoTwin, branchTip, refreshPull } from './pulls.ts';

/** Closes and opens again, as asked over the API. A pull request opens again where its branch is now, or not at all, unless the forge does not mind. */
export async function changeState(
  hub: ForgeHub,
  repository: Repository,
  issue: Issue,
  state: Issue['state'],
  sender: Account,
  reason: Issue['stateReason'] = null,
): Promise<void> {
  if (issue.state === state) return;
  const { pull } = issue;
  await hub.exclusively(repository, async () => {
    if (pull && state === 'open') await assertCanReopen(hub, repository, pull);
    setIssueState(hub, repository, issue, state, sender, reason);
  });
}

async function assertCanReopen(hub: ForgeHub, repository: Repository, pull: Pull): Promise<void> {
  if (hub.rules.reopensAlways) return;
  const head = await branchTip(repository, pull.headRef);
  if (pull.merged || head === null) throw new Refusal('not-reopenable');
  assertNoTwin(repository, pull.headRef, pull.baseRef);
  pull.headSha = head;
  await refreshPull(repository, pull);
}
