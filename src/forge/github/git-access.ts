import type { GitAccess } from '../forge.ts';
import type { GithubClient } from './client.ts';

/**
 * A token of its own for each call: it lives an hour, reaches this one repository, and can read and write its contents
 * and nothing else.
 */
export async function gitAccess(client: GithubClient, webOrigin: string, repository: string): Promise<GitAccess> {
  return client.forInstallation(repository, `get access to ${repository} for git`, async (octokit, installation_id, where) => {
    const { data } = await octokit.request('POST /app/installations/{installation_id}/access_tokens', {
      installation_id,
      repositories: [where.repo],
      permissions: { contents: 'write' },
    });
    const authorization = `Basic ${Buffer.from(`x-access-token:${data.token}`).toString('base64')}`;
    return { url: `${webOrigin}/${where.owner}/${where.repo}.git`, authorization };
  });
}
