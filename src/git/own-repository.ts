import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import type { Mirror } from './mirror.ts';

export interface OwnRepository {
  /** The folder that the tree is checked out in. Nothing of it may have been in a sandbox yet. */
  readonly folder: string;
  readonly commit: string;
  readonly branch: string;
  /** How many commits of history go along. */
  readonly depth: number;
  readonly identity: { readonly name: string; readonly email: string };
  /** An index that fits the checked-out tree. */
  readonly indexFile: string;
}

/**
 * Gives a checked-out tree a repository of its own at `.git`, for those inside the sandbox: a shallow history, no
 * remote, no hooks, no path of this machine. Once a sandbox had it, the host never reads it again.
 */
export async function giveOwnRepository(git: Git, mirror: Mirror, own: OwnRepository, signal?: AbortSignal): Promise<void> {
  const gitDir = join(own.folder, '.git');
  await rm(gitDir, { force: true, recursive: true });
  const call = { gitDir, workTree: own.folder, signal };
  await git.ok(['init', '--quiet', '--template=', `--initial-branch=${own.branch}`], { gitDir, signal });
  const flags = [`--depth=${own.depth}`, '--quiet', '--update-shallow', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  await git.ok(['fetch', ...flags, '--', mirror.dir, own.commit], { ...call, remote: { url: mirror.dir, authorization: '' } });
  await git.ok(['update-ref', `refs/heads/${own.branch}`, own.commit], call);
  const config = { 'core.bare': 'false', 'gc.auto': '0', 'user.name': own.identity.name, 'user.email': own.identity.email };
  for (const [key, value] of Object.entries(config)) await git.ok(['config', '--local', key, value], call);
  await copyFile(own.indexFile, join(gitDir, 'index'));
}
