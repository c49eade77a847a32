import { bareCommit } from './bare-commit.ts';
import type { Git, GitCall } from './git.ts';
import type { Mirror } from './mirror.ts';

/**
 * Whether a result, made from `startPoint`, applies on a branch that may have moved to `onto` since. `current`: it has
 * not moved. `clean`: `tree` is the result with the branch's new commits in it; the commit goes on top of `onto`.
 * `contained`: the branch has all of the change already. `conflict`: both changed these paths.
 */
export type Rebase =
  | { readonly state: 'current'; readonly tree: string }
  | { readonly state: 'clean'; readonly tree: string }
  | { readonly state: 'contained' }
  | { readonly state: 'conflict'; readonly paths: readonly string[] };

export interface RebaseWish {
  /** The commit that the work started from. */
  readonly startPoint: string;
  /** The result. */
  readonly tree: string;
  /** The branch's head now. */
  readonly onto: string;
}

/** A three-way merge of trees, made in the mirror without any working tree. */
export async function rebaseTree(git: Git, mirror: Mirror, wish: RebaseWish, signal?: AbortSignal): Promise<Rebase> {
  if (wish.onto === wish.startPoint) return { state: 'current', tree: wish.tree };
  const call = { gitDir: mirror.dir, signal, timeoutMs: 5 * 60_000 };

  // `merge-tree` finds the merge base by itself until git 2.40. Commits of our own, that nobody else sees, make the start
  // point the only one, also where the branch was force-pushed and no longer contains it.
  const base = await bareCommit(git, mirror, `${wish.startPoint}^{tree}`, [], signal);
  const theirs = await bareCommit(git, mirror, `${wish.onto}^{tree}`, [base], signal);
  const ours = await bareCommit(git, mirror, wish.tree, [base], signal);
  const { clean, tree, paths } = await mergeTree(git, theirs, ours, call);
  if (!clean) return { state: 'conflict', paths };
  const before = await git.text(['rev-parse', '--verify', `${wish.onto}^{tree}`], call);
  return tree === before ? { state: 'contained' } : { state: 'clean', tree };
}

async function mergeTree(
  git: Git,
  theirs: string,
  ours: string,
  call: GitCall,
): Promise<{ clean: boolean; tree: string; paths: readonly string[] }> {
  const merge = await git.run(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', theirs, ours], call);
  if (merge.exitCode > 1) await git.ok(['merge-tree', '--write-tree', theirs, ours], call);
  const [tree = '', ...paths] = merge.stdout
    .toString('utf8')
    .split('\0')
    .filter((field) => field !== '');
  const clean = merge.exitCode === 0;
  return { clean, tree, paths: clean ? [] : [...new Set(paths)].sort() };
}

/** The paths that keep a commit from being merged into another one; none where it can be. */
export async function conflictsBetween(
  git: Git,
  mirror: Mirror,
  commit: string,
  onto: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const call = { gitDir: mirror.dir, signal, timeoutMs: 5 * 60_000 };
  return (await mergeTree(git, onto, commit, call)).paths;
}
