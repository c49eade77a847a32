import type { BotIdentity } from '../forge.ts';
import { askedOnce } from '../once.ts';
import { Identified } from './answers.ts';
import type { GithubClient } from './client.ts';

/** The App's bot account. */
export function createIdentity(client: GithubClient, webOrigin: string): () => Promise<BotIdentity> {
  return askedOnce(() => ask(client, webOrigin));
}

async function ask(client: GithubClient, webOrigin: string): Promise<BotIdentity> {
  const doing = 'find the account of the GitHub App';
  const slug = await client.asApp(doing, async (octokit) => (await octokit.request('GET /app')).data?.slug ?? '');
  const login = `${slug}[bot]`;
  const { id } = await client.onAny(doing, async (octokit) => {
    const { data } = await octokit.request('GET /users/{username}', { username: login });
    return Identified.parse(data);
  });
  // The address that GitHub itself links to the account: https://docs.github.com/en/account-and-profile/reference/email-addresses-reference
  return { login, id, name: login, email: `${id}+${login}@users.noreply.${new URL(webOrigin).hostname}` };
}
