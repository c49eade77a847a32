import type { GitAccess } from '../forge/forge.ts';
import type { Git } from './git.ts';

/**
 * Where a branch is on the forge at this moment; null when it is not there. Nothing is fetched. By it a worker knows its
 * own push again that it could not write down. Errors: those of `gitError`.
 */
export async function remoteHead(git: Git, remote: GitAccess, branch: string, signal?: AbortSignal): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const text = await git.text(['ls-remote', '--heads', '--', remote.url, ref], { remote, signal });
  // What was asked for is a pattern to git, which also fits `refs/heads/refs/heads/…`.
  const line = text.split('\n').find((candidate) => candidate.split('\t')[1] === ref);
  return line?.split('\t')[0] ?? null;
}
