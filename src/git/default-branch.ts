import type { GitAccess } from '../forge/forge.ts';
import type { Git } from './git.ts';

/** Somebody may wait for the answer. */
const TIMEOUT_MS = 30_000;

/** The branch that a remote's HEAD leads to; null where it leads to none, as in a repository without commits. Errors: those of `gitError`. */
export async function defaultBranch(git: Git, remote: GitAccess, signal?: AbortSignal): Promise<string | null> {
  const text = await git.text(['ls-remote', '--symref', '--', remote.url, 'HEAD'], { remote, signal, timeoutMs: TIMEOUT_MS });
  return /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(text)?.[1] ?? null;
}
