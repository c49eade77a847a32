import type { BotIdentity } from '../forge.ts';
import { FoundRepository } from './answers.ts';
import type { GiteaClient } from './client.ts';
import { everyPage } from './pages.ts';

/** Those that the bot account owns, or is a collaborator or a member of a team of, as far as it may push there. */
export async function repositories(client: GiteaClient, identity: () => Promise<BotIdentity>): Promise<string[]> {
  const me = await identity();
  return client.everywhere('list the repositories of the bot account', async (api) => {
    const found = FoundRepository.array().parse(await everyPage(api, '/repos/search', { uid: me.id, archived: false }));
    return found.flatMap(({ full_name: name, permissions }) => (permissions?.push ? [name] : []));
  });
}
