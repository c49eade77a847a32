import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SignalboxError } from '../errors.ts';
import type { ChangedFile } from './changed-file.ts';
import { COLLECT_LIMITS, type CollectLimits, type LeftOut } from './collect-limits.ts';
import type { Git, GitCall } from './git.ts';
import { gitlinksOf } from './gitlinks.ts';
import { markCorrupt } from './mirror.ts';
import { diffText, type DiffText } from './read-commit.ts';
import { stageTree } from './stage-tree.ts';
import { tidyTree } from './tidy-tree.ts';
import { changedFiles } from './tree-diff.ts';
import { assertOwnTree, type Workspace } from './workspace.ts';

export interface Collected {
  /** False only where the agent left nothing, also nothing that blocks. */
  readonly treeChanged: boolean;
  /** The tree object in the mirror. */
  readonly tree: string;
  readonly files: readonly ChangedFile[];
  readonly leftOut: readonly LeftOut[];
  readonly diff: DiffText;
}

/**
 * Reads what is in a workspace's folder into the mirror, as a tree. The sandbox must be gone or paused. Nothing in the
 * folder is run or obeyed, but for `.gitignore`; the agent's own `.git` is not looked at, so that it does not matter
 * what was committed there. May be called again after more work.
 */
export async function collect(
  git: Git,
  workspace: Workspace,
  limits: CollectLimits = COLLECT_LIMITS,
  signal?: AbortSignal,
): Promise<Collected> {
  const { gitDir, repo, mirror, startPoint } = workspace;
  await assertOwnTree(workspace);
  await tidyTree(repo, signal);
  // A lock of ours, of a run that was killed: nobody else uses this index.
  await rm(join(gitDir, 'index.lock'), { force: true });
  try {
    const leftOut = await stageTree(git, { gitDir, workTree: repo, signal, timeoutMs: 10 * 60_000 }, limits);
    const written = await writeTree(git, startPoint, { gitDir, signal });
    const inMirror: GitCall = { gitDir: mirror.dir, signal };
    const files = await changedFiles(git, startPoint, written.tree, inMirror);
    const diff = await diffText(git, mirror, startPoint, written.tree, limits.maxDiffBytes, signal);
    const allLeftOut = [...leftOut, ...written.leftOut];
    const treeChanged = files.length > 0 || allLeftOut.some(({ blocks }) => blocks);
    return { treeChanged, tree: written.tree, files, leftOut: allLeftOut, diff };
  } catch (error) {
    if (error instanceof SignalboxError && error.code === 'git.mirror-corrupt') await markCorrupt(mirror);
    throw error;
  }
}

/** Writes the index as a tree, with the submodules of the start point put back as they were. */
async function writeTree(git: Git, startPoint: string, call: GitCall): Promise<{ tree: string; leftOut: readonly LeftOut[] }> {
  const links = await gitlinksOf(git, startPoint, call);
  if (links.length === 0) return { tree: await git.text(['write-tree'], call), leftOut: [] };
  const staged = await git.ok(['ls-files', '-z'], call);
  const paths = staged.stdout.toString('latin1').split('\0');
  const replaced = links.filter(({ path }) => paths.some((other) => other === path || other.startsWith(`${path}/`)));
  const kept = links.filter((link) => !replaced.includes(link));
  const input = Buffer.from(kept.map(({ line }) => `${line}\0`).join(''), 'latin1');
  const scratch = { ...call, indexFile: join(call.gitDir ?? '', 'index.publish') };
  await git.ok(['read-tree', await git.text(['write-tree'], call)], scratch);
  await git.ok(['update-index', '-z', '--index-info'], { ...scratch, input });
  const tree = await git.text(['write-tree'], scratch);
  return { tree, leftOut: replaced.map(({ path }) => ({ path, reason: 'submodule-replaced', blocks: true })) };
}
