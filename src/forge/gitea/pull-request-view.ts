import type { PullRequest } from '../forge.ts';
import type { Pull } from './answers.ts';
import { isDraftTitle } from './draft.ts';

export function toPullRequest(pull: Pull): PullRequest {
  return {
    number: pull.number,
    url: pull.html_url,
    head: { branch: branchOf(pull.head), sha: pull.head.sha, sameRepository: isOfSameRepository(pull) },
    baseBranch: pull.base.ref,
    draft: pull.draft ?? isDraftTitle(pull.title),
    open: pull.state === 'open',
  };
}

/** What was pushed to `refs/for/…` has no branch that anybody could push to. */
export function isOfSameRepository({ head, base }: Pull): boolean {
  return head.repo_id === base.repo_id && !branchOf(head).startsWith('refs/');
}

/** The name of a branch that is gone is still in the label. */
function branchOf({ ref, label }: Pull['head']): string {
  return ref.startsWith('refs/pull/') && label !== '' ? label : ref;
}
