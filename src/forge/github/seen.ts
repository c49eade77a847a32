import type { SeenTarget } from '../forge.ts';
import type { Where } from '../where.ts';
import type { GithubClient, Octokit } from './client.ts';
import { isGone } from './errors.ts';

/** GitHub keeps one reaction of a kind for each account, however often it is asked for. */
export async function ensureSeen(client: GithubClient, target: SeenTarget): Promise<void> {
  const { repository, number } = target.subject;
  await client.on(repository, `react on ${repository}#${number}`, async (octokit, where) => {
    try {
      await react(octokit, where, target);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  });
}

async function react(octokit: Octokit, where: Where, target: SeenTarget): Promise<unknown> {
  if (target.kind === 'subject') {
    const wish = { ...where, issue_number: target.subject.number, content: 'eyes' } as const;
    return octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', wish);
  }
  const wish = { ...where, comment_id: target.commentId, content: 'eyes' } as const;
  return octokit.request('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', wish);
}
