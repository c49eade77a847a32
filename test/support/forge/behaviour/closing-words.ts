import type { ForgeHub } from '../server/hub.ts';
import type { Account, Pull, Repository } from '../server/model.ts';
import { setIssueState } from './issues.ts';

const CLOSING_WORDS = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi;

/** `Closes #7` in the description of a pull request that is merged into the default branch. */
export function closeMentionedIssues(hub: ForgeHub, repository: Repository, pull: Pull, sender: Account): void {
  if (pull.baseRef !== repository.defaultBranch) return;
  for (const [, number] of (pull.issue.body ?? '').matchAll(CLOSING_WORDS)) {
    const issue = repository.issues.find((one) => one.number === Number(number) && !one.pull);
    if (issue) setIssueState(hub, repository, issue, 'closed', sender);
  }
}
