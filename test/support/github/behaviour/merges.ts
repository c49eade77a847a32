import { resolveCommit } from '../git/read.ts';
import { commitTree, mergeTrees, updateRef } from '../git/write.ts';
import type { Hub } from '../server/hub.ts';
import { ApiError } from '../server/errors.ts';
import type { Account, Pull, Repository } from '../server/model.ts';
import { closeMentionedIssues } from './closing-words.ts';
import { setIssueState } from './issues.ts';
import { pushing } from './pushes.ts';

export interface MergeOptions {
  method: 'merge' | 'squash' | 'rebase';
  title: string | null;
  message: string | null;
  /** The head that the caller has seen. */
  sha: string | null;
  sender: Account;
}

/** The merge commit's sha. 405 where GitHub would not merge, 409 where the head has moved on. */
export async function mergePull(hub: Hub, repository: Repository, pull: Pull, options: MergeOptions): Promise<string> {
  return pushing(hub, repository, options.sender, async () => {
    assertMergeable(pull, options);
    const { gitDir } = repository;
    const base = await resolveCommit(gitDir, `refs/heads/${pull.baseRef}`);
    const tree = base && (await mergeTrees(gitDir, base, pull.headSha));
    if (!base || !tree) throw new ApiError(405, 'Pull Request is not mergeable');
    const { issue } = pull;
    const merge = options.method === 'merge';
    const title =
      options.title ??
      (merge ? `Merge pull request #${issue.number} from ${repository.owner.login}/${pull.headRef}` : `${issue.title} (#${issue.number})`);
    const message = `${title}\n\n${options.message ?? (merge ? issue.title : '')}`.trim();
    const author = { name: options.sender.name ?? options.sender.login, email: options.sender.email };
    const sha = await commitTree(gitDir, tree, merge ? [base, pull.headSha] : [base], { message, author, date: hub.now() });
    await updateRef(gitDir, `refs/heads/${pull.baseRef}`, sha);
    pull.merged = { by: options.sender, at: hub.timestamp(), sha };
    setIssueState(hub, repository, issue, 'closed', options.sender);
    closeMentionedIssues(hub, repository, pull, options.sender);
    return sha;
  });
}

function assertMergeable(pull: Pull, { method, sha }: MergeOptions): void {
  if (method === 'rebase') throw new ApiError(405, 'Rebase merges are not allowed on this repository.');
  if (pull.issue.state !== 'open' || pull.draft) throw new ApiError(405, 'Pull Request is not mergeable');
  if (sha !== null && sha !== pull.headSha) throw new ApiError(409, 'Head branch was modified. Review and try the merge again.');
}
