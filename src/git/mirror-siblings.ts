import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeTree } from './host-files.ts';

/**
 * Ends what an earlier clone began that was interrupted: a mirror that was moved aside comes back when there is no other,
 * or hands over its worktrees, and what is left beside the mirror is removed. True: the mirror took the place of such a
 * one. The mirror's lock must be held.
 */
export async function settleSiblings(dir: string): Promise<boolean> {
  const names = await readdir(dirname(dir)).catch(() => []);
  let replaced = false;
  for (const name of names.filter((candidate) => candidate.startsWith(`${basename(dir)}.old-`))) {
    const old = join(dirname(dir), name);
    if ((await stat(dir).catch(() => null)) === null) await rename(old, dir);
    else replaced = true;
    await moveWorktrees(old, dir);
    await removeTree(old);
  }
  for (const name of names.filter((candidate) => candidate.startsWith(`${basename(dir)}.new-`))) await removeTree(join(dirname(dir), name));
  return replaced;
}

/** Worktrees that are in the new place already stay. */
export async function moveWorktrees(old: string, dir: string): Promise<void> {
  const names = await worktreesOf(old);
  if (names.length > 0) await mkdir(join(dir, 'worktrees'), { recursive: true });
  const there = new Set(await worktreesOf(dir));
  for (const name of names) {
    if (!there.has(name)) await rename(join(old, 'worktrees', name), join(dir, 'worktrees', name));
  }
}

/** The agents that a mirror has the metadata of a worktree for. */
export async function worktreesOf(dir: string): Promise<readonly string[]> {
  return await readdir(join(dir, 'worktrees')).catch(() => []);
}
