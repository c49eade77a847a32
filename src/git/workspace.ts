import { link, lstat, mkdir, readFile, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SignalboxError } from '../errors.ts';
import type { Git } from './git.ts';
import { giveTree, removeTree, type Owner } from './host-files.ts';
import { removeGitlinks } from './gitlinks.ts';
import { markCorrupt, withMirrorLock, type Mirror } from './mirror.ts';
import { giveOwnRepository } from './own-repository.ts';

/** An agent's worktree. Disposing removes all of it and is idempotent; the sandbox must be gone by then. */
export interface Workspace extends AsyncDisposable {
  readonly agentId: string;
  readonly mirror: Mirror;
  /** The folder that becomes the sandbox's `/workspace`. */
  readonly box: string;
  /** `box/repo`: the tree. */
  readonly repo: string;
  /** `box/home`: HOME inside. */
  readonly home: string;
  /** The host's own git directory for the tree, in the mirror, where no sandbox can reach. */
  readonly gitDir: string;
  /** The commit that was checked out. */
  readonly startPoint: string;
  readonly branch: string;
}

export interface WorkspaceWish {
  readonly dataDir: string;
  readonly mirror: Mirror;
  readonly agentId: string;
  /** What HEAD is called inside. */
  readonly branch: string;
  /** A commit of the mirror. */
  readonly startPoint: string;
  /** A commit whose tree is checked out in place of the start point's: as work that is not committed yet. */
  readonly work?: string;
  /** For commits made inside; they are never published, only their tree is. */
  readonly identity?: { readonly name: string; readonly email: string };
  /** The sandbox's user: everything in the box is given to it, when the host is root. */
  readonly owner?: Owner;
  /** Commits of history inside. */
  readonly depth?: number;
}

const Note = z.object({ mirror: z.string(), startPoint: z.string(), branch: z.string() });
const NOTE = 'workspace.json';
/** A file that is there from the end of making to the beginning of removing. */
const WHOLE = 'whole';

/** Makes the workspace anew: what an earlier attempt of the same agent left is removed first. */
export async function createWorkspace(git: Git, wish: WorkspaceWish, signal?: AbortSignal): Promise<Workspace> {
  await removeWorkspace(wish.dataDir, wish.agentId);
  const folder = workspaceFolder(wish.dataDir, wish.agentId);
  const workspace = describe(folder, wish.agentId, { mirror: wish.mirror.dir, startPoint: wish.startPoint, branch: wish.branch });
  try {
    await mkdir(workspace.home, { recursive: true });
    await writeFile(join(folder, NOTE), JSON.stringify({ mirror: wish.mirror.dir, startPoint: wish.startPoint, branch: wish.branch }));
    await addWorktree(git, workspace, signal);
    await fillWorktree(git, workspace, wish, signal);
    await giveTree(workspace.box, wish.owner);
    // Another owner looks like a change: without this every file would be read again each time that somebody asks.
    await git.run(['update-index', '-q', '--refresh'], { gitDir: workspace.gitDir, workTree: workspace.repo, signal });
    await writeFile(join(folder, WHOLE), '');
    return workspace;
  } catch (error) {
    if (error instanceof SignalboxError && error.code === 'git.mirror-corrupt') await markCorrupt(wish.mirror);
    await removeWorkspace(wish.dataDir, wish.agentId);
    throw error;
  }
}

/** Finds again what `createWorkspace` made, after a crash; null when it is not whole. */
export async function openWorkspace(dataDir: string, agentId: string): Promise<Workspace | null> {
  const folder = workspaceFolder(dataDir, agentId);
  const note = await readNote(folder);
  if (note === null) return null;
  const workspace = describe(folder, agentId, note);
  const parts = [join(folder, WHOLE), join(workspace.gitDir, 'index'), workspace.repo];
  return (await Promise.all(parts.map(exists))).every(Boolean) ? workspace : null;
}

/** Where an agent's box is, or would be, on this machine. */
export function workspaceBox(dataDir: string, agentId: string): string {
  return join(workspaceFolder(dataDir, agentId), 'box');
}

/** The agents that have a workspace on this machine, whole or not. */
export async function listWorkspaces(dataDir: string): Promise<readonly string[]> {
  return await readdir(join(dataDir, 'workspaces')).catch(() => []);
}

/** Removes tree, folder and the mirror's note of it. Fine when there is nothing, or half of it. */
export async function removeWorkspace(dataDir: string, agentId: string): Promise<void> {
  const folder = workspaceFolder(dataDir, agentId);
  const note = await readNote(folder);
  await rm(join(folder, WHOLE), { force: true });
  if (note !== null) await removeTree(join(note.mirror, 'worktrees', agentId));
  await removeTree(join(folder, 'box'));
  await removeTree(folder);
}

/**
 * An agent may put a link where its tree was, and the host would then read what the link points to. To be called, with
 * the sandbox gone, before anything on the host touches the tree.
 */
export async function assertOwnTree(workspace: Workspace): Promise<void> {
  const found = await lstat(workspace.repo).catch(() => null);
  const real = found?.isDirectory() === true && (await realpath(workspace.repo)) === join(await realpath(workspace.box), 'repo');
  if (real) return;
  throw new SignalboxError('git.tree-replaced', 'The agent removed its working folder or put something else in its place.', {
    nextStep: 'Retry; if it happens again, look at the transcript for what the agent was made to do.',
  });
}

async function addWorktree(git: Git, workspace: Workspace, signal: AbortSignal | undefined): Promise<void> {
  const { mirror, agentId, box, gitDir, repo, startPoint } = workspace;
  // git names its own folder after the last part of the path, so the tree is made under the agent's name and then moved.
  const made = join(box, agentId);
  await withMirrorLock(mirror, signal, async () => {
    await removeTree(gitDir);
    const flags = ['--no-checkout', '--detach', '--lock', '--reason', `agent ${agentId}`];
    await git.ok(['worktree', 'add', '--quiet', ...flags, made, startPoint], { gitDir: mirror.dir, signal });
    await rename(made, repo);
    await writeFile(join(gitDir, 'gitdir'), `${join(repo, '.git')}\n`);
  });
}

async function fillWorktree(git: Git, workspace: Workspace, wish: WorkspaceWish, signal: AbortSignal | undefined): Promise<void> {
  const { gitDir, repo, startPoint, branch } = workspace;
  await rm(join(repo, '.git'), { force: true });
  const call = { gitDir, workTree: repo, signal, timeoutMs: 10 * 60_000 };
  await git.ok(['read-tree', '--reset', '-u', startPoint], call);
  await giveOwnRepository(
    git,
    workspace.mirror,
    {
      folder: repo,
      commit: startPoint,
      branch,
      depth: wish.depth ?? 50,
      identity: wish.identity ?? { name: 'agent', email: 'agent@localhost' },
      indexFile: join(gitDir, 'index'),
    },
    signal,
  );
  await removeGitlinks(git, call);
  if (wish.work !== undefined) await layOver(git, workspace, wish.work, signal);
}

/** Changes files only: the index stays that of the start point, so that `collect` finds the work as the agent's. */
async function layOver(git: Git, { gitDir, repo }: Workspace, work: string, signal: AbortSignal | undefined): Promise<void> {
  const indexFile = join(gitDir, 'index.work');
  await link(join(gitDir, 'index'), indexFile);
  await git.ok(['read-tree', '--reset', '-u', work], { gitDir, workTree: repo, indexFile, signal, timeoutMs: 10 * 60_000 });
  await rm(indexFile, { force: true });
}

function describe(folder: string, agentId: string, note: z.infer<typeof Note>): Workspace {
  const box = join(folder, 'box');
  return {
    agentId,
    mirror: { dir: note.mirror },
    box,
    repo: join(box, 'repo'),
    home: join(box, 'home'),
    gitDir: join(note.mirror, 'worktrees', agentId),
    startPoint: note.startPoint,
    branch: note.branch,
    [Symbol.asyncDispose]: () => removeWorkspace(join(folder, '..', '..'), agentId),
  };
}

/** Whether a name can be that of an agent's folder. */
export function isAgentId(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name);
}

/** All that an agent has on this machine. */
export function workspaceFolder(dataDir: string, agentId: string): string {
  if (!isAgentId(agentId)) {
    throw new SignalboxError('git.name-unusable', 'The agent has an id that cannot be used as a folder.', {
      nextStep: 'Report this as a fault of Signalbox.',
    });
  }
  return join(dataDir, 'workspaces', agentId);
}

async function readNote(folder: string): Promise<z.infer<typeof Note> | null> {
  const text = await readFile(join(folder, NOTE), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return Note.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
