import { NamedRepository } from './answers.ts';
import type { GithubClient } from './client.ts';

/** Of every installation. One that was archived takes no more writes. */
export async function repositories(client: GithubClient): Promise<string[]> {
  const lists = await client.onAll('list the repositories of the GitHub App', async (octokit) => {
    const found = await octokit.paginate('GET /installation/repositories', { per_page: 100 });
    return NamedRepository.array().parse(found);
  });
  return lists.flat().flatMap(({ full_name: name, archived }) => (archived ? [] : [name]));
}
