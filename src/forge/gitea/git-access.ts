import type { BotIdentity, GitAccess } from '../forge.ts';
import { whereIs } from '../where.ts';

/** The bot's own token, which has no end of its own. */
export async function gitAccess(url: string, token: string, identity: () => Promise<BotIdentity>, repository: string): Promise<GitAccess> {
  const { owner, repo } = whereIs(repository);
  const { login } = await identity();
  return { url: `${url}/${owner}/${repo}.git`, authorization: `Basic ${Buffer.from(`${login}:${token}`).toString('base64')}` };
}
