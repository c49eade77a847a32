import { resolveCommit } from '../git/read.ts';
import { commitTree, mergeTrees, updateRef } from '../git/write.ts';
import { Refusal } from '../server/errors.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Pull, Repository } from '../server/model.ts';
import { closeMentionedIssues } from './closing-words.ts';
import { setIssueState } from './issues.ts';
import { pushing } from './pushes.ts';

export interface MergeOptions {
  method: 'merge' | 'squash';
  /** Of the commit that is made. */
  message: string;
  /** The head that the caller has seen. */
  sha: string | null;
  sender: Account;
}

/** The merge commit's sha. */
export async function mergePull(hub: ForgeHub, repository: Repository, pull: Pull, options: MergeOptions): Promise<string> {
  const { method, message, sender } = options;
  return pushing(hub, repository, sender, async () => {
    assertMergeable(pull, options);
    const { gitDir } = repository;
    const base = await resolveCommit(gitDir, `refs/heads/${pull.baseRef}`);
    const tree = base && (await mergeTrees(gitDir, base, pull.headSha));
    if (!base || !tree) throw new Refusal('conflict');
    const parents = method === 'merge' ? [base, pull.headSha] : [base];
    const author = { name: sender.name ?? sender.login, email: sender.email };
    const sha = await commitTree(gitDir, tree, parents, { message: message.trim(), author, date: hub.now() });
    await updateRef(gitDir, `refs/heads/${pull.baseRef}`, sha);
    pull.merged = { by: sender, at: hub.timestamp(), sha };
    setIssueState(hub, repository, pull.issue, 'closed', sender);
    closeMentionedIssues(hub, repository, pull, sender);
    return sha;
  });
}

function assertMergeable(pull: Pull, { sha }: MergeOptions): void {
  if (pull.issue.state !== 'open') throw new Refusal('not-open');
  if (pull.draft) throw new Refusal('draft');
  if (sha !== null && sha !== pull.headSha) throw new Refusal('head-moved');
}
