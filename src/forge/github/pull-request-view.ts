import type { PullRequest } from '../forge.ts';
import type { Pull } from './answers.ts';

export function toPullRequest(pull: Pull): PullRequest {
  return {
    number: pull.number,
    url: pull.html_url,
    head: { branch: pull.head.ref, sha: pull.head.sha, sameRepository: isOfSameRepository(pull) },
    baseBranch: pull.base.ref,
    draft: pull.draft,
    open: pull.state === 'open',
  };
}

export function isOfSameRepository({ head, base }: Pull): boolean {
  return head.repo?.id === base.repo.id;
}
