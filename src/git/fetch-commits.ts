import { SignalboxError } from '../errors.ts';
import type { GitAccess } from '../forge/forge.ts';
import type { Git, GitCall } from './git.ts';

/** Fetches commits by their ids, those that are not in the repository already. Errors: `git.commit-gone`, and those of `gitError`. */
export async function fetchCommits(git: Git, commits: readonly string[], remote: GitAccess, call: GitCall): Promise<void> {
  if (commits.length === 0) return;
  const asked = [...new Set(commits)];
  const input = asked.map((commit) => `${commit}^{commit}\n`).join('');
  const answers = (await git.text(['cat-file', '--batch-check'], { ...call, input })).split('\n');
  const missing = asked.filter((_, index) => answers[index]?.endsWith(' missing') === true);
  if (missing.length === 0) return;
  const flags = ['--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-maintenance'];
  try {
    await git.ok(['fetch', ...flags, '--', remote.url, ...missing], { ...call, remote });
  } catch (error) {
    if (!(error instanceof SignalboxError) || !/not our ref|unadvertised object|couldn't find remote ref/i.test(error.message)) throw error;
    throw new SignalboxError('git.commit-gone', `The commit that the work began on (${missing.join(', ')}) is not on the forge any more.`, {
      nextStep: 'The branch was rewritten meanwhile. `/agent retry` starts from what is there now.',
      cause: error,
    });
  }
}
