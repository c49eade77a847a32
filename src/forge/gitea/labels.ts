import { cutLine } from '../cut.ts';
import type { LabelWish } from '../forge.ts';
import { createMissing } from '../labels.ts';
import { NamedLabel } from './answers.ts';
import type { GiteaClient } from './client.ts';
import { codeOf, isGone } from './errors.ts';
import { everyPage } from './pages.ts';

/** As long as Gitea's column. */
const MAX_DESCRIPTION = 200;

export async function ensureLabels(client: GiteaClient, repository: string, wishes: readonly LabelWish[]) {
  return client.on(repository, `make labels in ${repository}`, async (api, { owner }) => {
    const there = [...(await everyPage(api, '/labels')), ...(await ofOrganization(client, owner))];
    return createMissing(NamedLabel.array().parse(there), wishes, async ({ name, color, description }) => {
      await api.post('/labels', { name, color: `#${color}`, description: cutLine(description, MAX_DESCRIPTION) });
      return true;
    });
  });
}

/** An organization's labels are those of its repositories too. A token without the scope for it sees none. */
async function ofOrganization(client: GiteaClient, owner: string): Promise<unknown[]> {
  return client.everywhere(`read the labels of ${owner}`, async (api) => {
    try {
      return await everyPage(api, `/orgs/${owner}/labels`);
    } catch (error) {
      if (isGone(error) || codeOf(error) === 'forge.forbidden') return [];
      throw error;
    }
  });
}
