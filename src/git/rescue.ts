import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKPOINT_REFS } from './checkpoint-refs.ts';
import type { Git } from './git.ts';
import { removeGitlinks } from './gitlinks.ts';
import { worktreesOf } from './mirror-siblings.ts';

const TIMEOUT_MS = 5 * 60_000;

/**
 * Brings the commits that agents work on, and their checkpoints, from a damaged mirror into the one that takes its place,
 * as far as all of their objects can still be read. Of what cannot, a checkpoint is in the store, and a start point may be
 * on the forge. Nothing of the old mirror but its objects and the names of refs is looked at.
 */
export async function rescue(git: Git, old: string, fresh: string, signal?: AbortSignal): Promise<void> {
  for (const name of await worktreesOf(old)) await bring(git, old, fresh, await readId(join(old, 'worktrees', name, 'HEAD')), signal);
  for (const [ref, commit] of await checkpointsOf(old)) {
    if (await bring(git, old, fresh, commit, signal)) await git.ok(['update-ref', ref, commit], { gitDir: fresh, signal });
  }
}

/**
 * An index names objects that no ref leads to, and those are gone with the old mirror: each worktree's index becomes that of
 * its start point, and what the agent changed is found as changed again.
 */
export async function resetIndexes(git: Git, dir: string, signal?: AbortSignal): Promise<void> {
  for (const name of await worktreesOf(dir)) {
    const call = { gitDir: join(dir, 'worktrees', name), signal };
    await rm(join(call.gitDir, 'index.lock'), { force: true });
    // A worktree whose start point is nowhere any more is of no use; whoever opens it is told.
    const reset = await git.run(['read-tree', 'HEAD'], call);
    if (reset.exitCode === 0) await removeGitlinks(git, call);
  }
}

/** Whether the commit is whole in the fresh mirror, now or already before. */
async function bring(git: Git, old: string, fresh: string, commit: string | null, signal: AbortSignal | undefined): Promise<boolean> {
  if (commit === null) return false;
  const call = { gitDir: fresh, signal, timeoutMs: TIMEOUT_MS };
  const isWhole = async () => (await git.run(['rev-list', '--objects', '--quiet', commit, '--not', '--all'], call)).exitCode === 0;
  if (await isWhole()) return true;
  const packs = join(fresh, 'objects', 'pack');
  const known = await git.text(['for-each-ref', '--format=^%(objectname)'], call);
  const made = await git.run(['pack-objects', '--revs', '--quiet', join(packs, 'pack')], {
    ...call,
    env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(old, 'objects') },
    input: `${commit}\n${known}\n`,
  });
  if (made.exitCode !== 0) return false;
  const name = `pack-${made.stdout.toString('utf8').trim()}`;
  const verified = await git.run(['verify-pack', join(packs, `${name}.idx`)], call);
  if (verified.exitCode === 0 && (await isWhole())) return true;
  for (const file of await readdir(packs)) if (file.startsWith(`${name}.`)) await rm(join(packs, file), { force: true });
  return false;
}

/** Read by hand, because git reads no refs of a repository whose HEAD or configuration is damaged. */
async function checkpointsOf(dir: string): Promise<ReadonlyMap<string, string>> {
  const refs = new Map<string, string>();
  const packed = await readFile(join(dir, 'packed-refs'), 'utf8').catch(() => '');
  for (const [, commit = '', ref = ''] of packed.matchAll(/^([0-9a-f]{40,64}) (\S+)$/gm)) {
    if (ref.startsWith(CHECKPOINT_REFS)) refs.set(ref, commit);
  }
  for (const name of await readdir(join(dir, CHECKPOINT_REFS)).catch(() => [])) {
    const commit = await readId(join(dir, CHECKPOINT_REFS, name));
    if (commit !== null) refs.set(`${CHECKPOINT_REFS}${name}`, commit);
  }
  return refs;
}

async function readId(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^([0-9a-f]{40,64})\n?$/.exec(text)?.[1] ?? null;
}
