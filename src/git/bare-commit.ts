import type { Git } from './git.ts';
import type { Mirror } from './mirror.ts';

/** A commit that nobody but Signalbox sees. The same tree and parents give the same commit, whoever makes it and when. */
export async function bareCommit(
  git: Git,
  mirror: Mirror,
  tree: string,
  parents: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const person = { NAME: 'signalbox', EMAIL: 'signalbox@localhost', DATE: '@0 +0000' };
  const env = Object.fromEntries(
    Object.entries(person).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
  return await git.text(args, { gitDir: mirror.dir, signal, input: '', env });
}
