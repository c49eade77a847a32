import { commitMessage, identityPart, type MessageParts } from './commit-message.ts';
import type { Git } from './git.ts';
import type { Mirror } from './mirror.ts';

export interface CommitWish extends MessageParts {
  readonly tree: string;
  readonly parent: string;
  /** Author and committer. */
  readonly bot: { readonly name: string; readonly email: string };
  /** The same wish with the same date gives the same commit, so that a repeated step changes nothing. */
  readonly date: Date;
}

/** Makes a commit object in the mirror, without any work tree, hook or signature. Returns its id. */
export async function commitTree(git: Git, mirror: Mirror, wish: CommitWish, signal?: AbortSignal): Promise<string> {
  const date = `@${Math.floor(wish.date.getTime() / 1_000)} +0000`;
  const name = identityPart(wish.bot.name);
  const email = identityPart(wish.bot.email);
  return await git.text(['commit-tree', wish.tree, '-p', wish.parent, '-F', '-'], {
    gitDir: mirror.dir,
    signal,
    input: commitMessage(wish),
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    },
  });
}
