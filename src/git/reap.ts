import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointRef } from './checkpoint-refs.ts';
import { listCheckpoints } from './checkpoint.ts';
import { findMirrors } from './find-mirrors.ts';
import type { Git } from './git.ts';
import { removeTree } from './host-files.ts';
import { withMirrorLock, type Mirror } from './mirror.ts';
import { clearLeftovers } from './mirror-leftovers.ts';
import { worktreesOf } from './mirror-siblings.ts';
import { isAgentId, listWorkspaces, removeWorkspace } from './workspace.ts';

export interface ReapWish {
  readonly dataDir: string;
  /**
   * Which of these agents are not over. Asked once, after everything was listed: an agent is known before anything is made
   * for it, so that what is being made meanwhile is either not in the list or of an agent that is said to be live.
   */
  readonly isLive: (agentIds: readonly string[]) => Promise<ReadonlySet<string>>;
}

export interface Reaped {
  readonly workspaces: number;
  readonly worktrees: number;
  readonly refs: number;
}

/**
 * Removes what agents that are over left under DATA_DIR: workspaces, and in every mirror the metadata of worktrees and the
 * checkpoints. Nothing else is touched, what people put there neither. May run in several processes at once.
 */
export async function reapWorkspaces(git: Git, { dataDir, isLive }: ReapWish, signal?: AbortSignal): Promise<Reaped> {
  const workspaces = await ourWorkspaces(dataDir);
  const mirrors = await Promise.all((await findMirrors(join(dataDir, 'mirrors'))).map((mirror) => listOwned(git, mirror, signal)));
  const ids = new Set([...workspaces, ...mirrors.flatMap(({ worktrees, refs }) => [...worktrees, ...refs])]);
  if (ids.size === 0) return { workspaces: 0, worktrees: 0, refs: 0 };
  const live = await isLive([...ids]);

  const over = workspaces.filter((id) => !live.has(id));
  for (const id of over) await removeWorkspace(dataDir, id);
  const count = { workspaces: over.length, worktrees: 0, refs: 0 };
  for (const { mirror, worktrees, refs } of mirrors) {
    const left = { mirror, worktrees: worktrees.filter((id) => !live.has(id)), refs: refs.filter((id) => !live.has(id)) };
    if (left.worktrees.length + left.refs.length > 0) await withMirrorLock(mirror, signal, () => removeOwned(git, left, signal));
    count.worktrees += left.worktrees.length;
    count.refs += left.refs.length;
  }
  return count;
}

async function removeOwned(git: Git, { mirror, worktrees, refs }: Owned, signal: AbortSignal | undefined): Promise<void> {
  for (const id of worktrees) await removeTree(join(mirror.dir, 'worktrees', id));
  if (refs.length === 0) return;
  await clearLeftovers(mirror.dir);
  const input = refs.map((id) => `delete ${checkpointRef(id)}\n`).join('');
  await git.ok(['update-ref', '--stdin'], { gitDir: mirror.dir, signal, input });
}

const PARTS: readonly string[] = ['box', 'judge', 'workspace.json'];

/** A folder of another kind, or with another name, is somebody else's. */
async function ourWorkspaces(dataDir: string): Promise<readonly string[]> {
  const ours: string[] = [];
  for (const name of (await listWorkspaces(dataDir)).filter(isAgentId)) {
    const inside = await readdir(join(dataDir, 'workspaces', name)).catch(() => null);
    if (inside !== null && (inside.length === 0 || inside.some((entry) => PARTS.includes(entry)))) ours.push(name);
  }
  return ours;
}

interface Owned {
  readonly mirror: Mirror;
  readonly worktrees: readonly string[];
  readonly refs: readonly string[];
}

async function listOwned(git: Git, mirror: Mirror, signal: AbortSignal | undefined): Promise<Owned> {
  const worktrees: string[] = [];
  for (const name of await worktreesOf(mirror.dir)) {
    // As `createWorkspace` marks its own.
    const mark = await readFile(join(mirror.dir, 'worktrees', name, 'locked'), 'utf8').catch(() => '');
    if (mark.trim() === `agent ${name}`) worktrees.push(name);
  }
  // A damaged mirror is cloned anew when it is used next, and looked at again after that.
  const refs = await listCheckpoints(git, mirror, signal).catch(() => []);
  signal?.throwIfAborted();
  return { mirror, worktrees, refs: refs.map(({ agentId }) => agentId) };
}
