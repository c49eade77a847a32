import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SignalboxError } from '../errors.ts';
import { takeBundle } from './bundle.ts';
import { setCheckpoint, type Checkpoint } from './checkpoint.ts';
import { checkpointRef } from './checkpoint-refs.ts';
import { extendTrail, readTrail } from './checkpoint-trail.ts';
import type { Git } from './git.ts';
import { giveTree } from './host-files.ts';
import { assertOwnTree, createWorkspace, openWorkspace, workspaceBox, type Workspace, type WorkspaceWish } from './workspace.ts';

export interface RestoreWish extends WorkspaceWish {
  /** The newest that is known of; null: there is none, and the work begins at the start point. */
  readonly checkpoint: Checkpoint | null;
}

export interface RestoredWorkspace extends Workspace {
  /**
   * `here`: as it was left on this machine, with everything that is ignored by git, and the home. `checkpoint`, `start`:
   * made anew, so that nothing is installed.
   */
  readonly from: 'here' | 'checkpoint' | 'start';
}

/**
 * The workspace of an agent that goes on. One that is whole on this machine is taken as it is, unless the agent has gone on
 * elsewhere meanwhile. Nobody else may use it by then. The start point must be in the mirror: see `FetchOptions.commits`.
 *
 * Errors: as `createWorkspace`; `git.checkpoint-unusable` when the checkpoint is neither in the mirror nor in the bundle,
 * or the bundle is not sound. Whoever wants to begin anew then asks without a checkpoint.
 */
export async function restoreWorkspace(git: Git, wish: RestoreWish, signal?: AbortSignal): Promise<RestoredWorkspace> {
  const trail = await readTrail({ box: workspaceBox(wish.dataDir, wish.agentId) });
  const wasHere = wish.checkpoint === null || trail.includes(wish.checkpoint.commit);
  const here = wasHere ? await takeAsItIs(git, wish, signal) : null;
  if (here !== null) return { ...here, from: 'here' };

  const work = await findWork(git, wish, wasHere ? (trail.at(-1) ?? null) : null, signal);
  const workspace = await createWorkspace(git, work === null ? wish : { ...wish, work }, signal);
  if (work === null) return { ...workspace, from: 'start' };
  await setCheckpoint(git, wish.mirror, wish.agentId, work, signal);
  await extendTrail(workspace, work);
  return { ...workspace, from: 'checkpoint' };
}

async function takeAsItIs(git: Git, wish: RestoreWish, signal: AbortSignal | undefined): Promise<Workspace | null> {
  const workspace = await openWorkspace(wish.dataDir, wish.agentId);
  if (workspace === null || workspace.mirror.dir !== wish.mirror.dir || workspace.startPoint !== wish.startPoint) return null;
  if (!(await isSound(git, workspace, signal))) return null;
  const { owner } = wish;
  const { uid, gid } = await lstat(workspace.repo);
  if (owner !== undefined && (uid !== owner.uid || gid !== owner.gid)) await giveTree(workspace.box, owner);
  return workspace;
}

/** Whether git can still read it: the start point, the index, and the tree as a folder of its own. */
async function isSound(git: Git, workspace: Workspace, signal: AbortSignal | undefined): Promise<boolean> {
  const { gitDir, repo, startPoint } = workspace;
  try {
    await assertOwnTree(workspace);
  } catch {
    return false;
  }
  for (const name of ['index.lock', 'HEAD.lock']) await rm(join(gitDir, name), { force: true });
  const flags = ['--porcelain=v2', '--branch', '--untracked-files=no', '--no-renames', '--ignore-submodules=all'];
  const status = await git.run(['status', ...flags], { gitDir, workTree: repo, signal });
  return status.exitCode === 0 && status.stdout.toString('utf8').startsWith(`# branch.oid ${startPoint}\n`);
}

/** The commit to go on from. `newest`: the last checkpoint of this machine, where it may be ahead of the one that is stored. */
async function findWork(git: Git, wish: RestoreWish, newest: string | null, signal: AbortSignal | undefined): Promise<string | null> {
  const { mirror, startPoint, agentId, checkpoint } = wish;
  if (newest !== null && (await isUsable(git, wish, newest, signal))) return newest;
  if (checkpoint === null) return null;
  const { commit, bundle } = checkpoint;
  if (await isUsable(git, wish, commit, signal)) return commit;
  if (bundle === null) throw unusable('it is on another machine, and was too large to be stored');
  await takeBundle(git, mirror, bundle, { commit, startPoint, ref: checkpointRef(agentId) }, signal).catch((error: unknown) => {
    throw error instanceof SignalboxError && error.code === 'git.bundle-refused' ? unusable('its bundle is not sound', error) : error;
  });
  if (await isUsable(git, wish, commit, signal)) return commit;
  throw unusable('it is not what it says');
}

/** Whether a commit is in the mirror with all its objects, and is one step on top of the start point. */
async function isUsable(git: Git, { mirror, startPoint }: RestoreWish, commit: string, signal: AbortSignal | undefined): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false;
  const call = { gitDir: mirror.dir, signal };
  const parents = await git.run(['rev-list', '--no-walk', '--parents', commit], call);
  if (parents.exitCode !== 0 || parents.stdout.toString('utf8').trim() !== `${commit} ${startPoint}`) return false;
  return (await git.run(['rev-list', '--objects', '--quiet', commit, `^${startPoint}`], call)).exitCode === 0;
}

function unusable(why: string, cause?: unknown): SignalboxError {
  return new SignalboxError('git.checkpoint-unusable', `The agent’s last checkpoint cannot be used: ${why}.`, {
    nextStep: '`/agent retry` starts again from the branch.',
    cause,
  });
}
