import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bareCommit } from './bare-commit.ts';
import { makeBundle } from './bundle.ts';
import { CHECKPOINT_REFS, checkpointRef } from './checkpoint-refs.ts';
import { extendTrail, readTrail } from './checkpoint-trail.ts';
import type { CollectLimits } from './collect-limits.ts';
import type { Git } from './git.ts';
import type { Mirror } from './mirror.ts';
import { stageWhatFits } from './stage-tree.ts';
import { tidyTree } from './tidy-tree.ts';
import { treeChanges, type TreeChanges } from './tree-changes.ts';
import { assertOwnTree, type Workspace } from './workspace.ts';

/** An agent's tree at one moment. */
export interface Checkpoint {
  /** A commit on the start point: the same tree gives the same commit. */
  readonly commit: string;
  /** The commit as a git bundle on top of the start point, for other machines; null when it is larger than was allowed. */
  readonly bundle: Buffer | null;
}

export interface CheckpointOptions {
  /** The checkpoint that the caller has; when left out, the last one that was made here. */
  readonly previous?: string | null;
  readonly maxBundleBytes?: number;
  readonly limits?: CollectLimits;
}

const MAX_BUNDLE_BYTES = 32 * 1024 * 1024;

/**
 * Keeps what is in a workspace's folder, for a takeover: in the mirror for this machine, as bytes for others. null: the
 * tree is that of the previous checkpoint, or, with none before it, that of the start point. To be called while nothing
 * runs in the sandbox. What may not be published for its size or its name is left out, and so is what is ignored. A later
 * `collect` sees no difference: this uses an index of its own.
 *
 * Takes no lock, so that it waits for nobody's fetch: while the mirror is cloned anew it fails or is lost here, and the
 * bundle serves. Errors: as `collect`; the agent can go on without.
 */
export async function saveCheckpoint(
  git: Git,
  workspace: Workspace,
  signal?: AbortSignal,
  options: CheckpointOptions = {},
): Promise<Checkpoint | null> {
  const { gitDir, repo, mirror, startPoint } = workspace;
  await assertOwnTree(workspace);
  await tidyTree(repo, signal);
  const previous = options.previous === undefined ? ((await readTrail(workspace)).at(-1) ?? null) : options.previous;
  const changes = await treeChanges(git, { gitDir, workTree: repo, signal });
  if (previous === null && changes.clean) return null;

  const tree = await writeTree(git, workspace, changes, options.limits, signal);
  const commit = await bareCommit(git, mirror, tree, [startPoint], signal);
  if (commit === previous) return null;
  await setCheckpoint(git, mirror, workspace.agentId, commit, signal);
  const wish = { commit, startPoint, ref: checkpointRef(workspace.agentId), maxBytes: options.maxBundleBytes ?? MAX_BUNDLE_BYTES };
  const bundle = await makeBundle(git, mirror, wish, signal);
  await extendTrail(workspace, commit);
  return { commit, bundle };
}

/** Points the agent's ref at a commit. Only whoever holds the agent does this, so that a lock is a leftover. */
export async function setCheckpoint(git: Git, mirror: Mirror, agentId: string, commit: string, signal?: AbortSignal): Promise<void> {
  const ref = checkpointRef(agentId);
  await rm(join(mirror.dir, `${ref}.lock`), { force: true });
  await git.ok(['update-ref', ref, commit], { gitDir: mirror.dir, signal });
}

/** For an agent that is over. Never an error and never a wait: what cannot be dropped now is dropped by `reapWorkspaces`. */
export async function dropCheckpoint(git: Git, mirror: Mirror, agentId: string, signal?: AbortSignal): Promise<void> {
  const ref = checkpointRef(agentId);
  await rm(join(mirror.dir, `${ref}.lock`), { force: true });
  await git.run(['update-ref', '-d', ref], { gitDir: mirror.dir, signal });
}

/** The agents that have a checkpoint in a mirror. */
export async function listCheckpoints(
  git: Git,
  mirror: Mirror,
  signal?: AbortSignal,
): Promise<readonly { readonly agentId: string; readonly commit: string }[]> {
  const text = await git.text(['for-each-ref', '--format=%(objectname) %(refname)', CHECKPOINT_REFS], { gitDir: mirror.dir, signal });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ commit: line.split(' ')[0] ?? '', agentId: line.slice(line.indexOf(CHECKPOINT_REFS) + CHECKPOINT_REFS.length) }));
}

async function writeTree(
  git: Git,
  { gitDir, repo }: Workspace,
  changes: TreeChanges,
  limits: CollectLimits | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const indexFile = join(gitDir, 'index.checkpoint');
  const call = { gitDir, workTree: repo, indexFile, signal };
  try {
    for (const name of [indexFile, `${indexFile}.lock`]) await rm(name, { force: true });
    // git replaces an index and never writes into it; and a second name keeps the time of the first, by which git tells
    // entries that may have changed since.
    await link(join(gitDir, 'index'), indexFile);
    await stageWhatFits(git, call, changes, limits);
    return await git.text(['write-tree'], call);
  } finally {
    await rm(indexFile, { force: true });
  }
}
