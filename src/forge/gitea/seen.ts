import type { SeenTarget } from '../forge.ts';
import type { GiteaClient } from './client.ts';
import { orNull } from './errors.ts';

/** Gitea keeps one reaction of a kind for each account, however often it is asked for. */
export async function ensureSeen(client: GiteaClient, target: SeenTarget): Promise<void> {
  const { repository, number } = target.subject;
  const path = target.kind === 'subject' ? `/issues/${number}/reactions` : `/issues/comments/${target.commentId}/reactions`;
  await client.on(repository, `react on ${repository}#${number}`, (api) => orNull(() => api.post(path, { content: 'eyes' })));
}
