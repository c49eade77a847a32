import { SignalboxError } from '../../errors.ts';
import type { BotIdentity } from '../forge.ts';
import { Hook, Identified } from './answers.ts';
import type { Api, GiteaClient } from './client.ts';
import { SUBSCRIBED_EVENTS } from './events.ts';
import { everyPage } from './pages.ts';
import { orNull } from './errors.ts';
import { repositories } from './repositories.ts';

/**
 * Neither Gitea nor Forgejo changes the secret of a webhook that is there, or tells what it is. So a new one takes the place
 * of those that lead to the same address; both are there for a moment, which costs a delivery that comes twice.
 */
export async function ensureWebhook(client: GiteaClient, secret: string | null, repository: string, url: string) {
  if (!secret) throw noSecret();
  return client.on(repository, `make the webhook of ${repository}`, async (api) => {
    const config = { url, content_type: 'json', secret };
    const hook = { type: 'gitea', config, events: SUBSCRIBED_EVENTS, active: true };
    const { id } = Identified.parse((await api.post('/hooks', hook)).data);
    const older = (await leadingTo(api, url)).filter((other) => other.id < id);
    for (const other of older) await orNull(() => api.delete(`/hooks/${other.id}`));
    return { id, made: older.length === 0 ? ('created' as const) : ('updated' as const) };
  });
}

/** In a repository that has one; that of another account's token tells none. */
export async function sendTest(client: GiteaClient, identity: () => Promise<BotIdentity>, url: string): Promise<string | null> {
  for (const repository of await repositories(client, identity)) {
    const sent = await client.on(repository, `have ${repository} send a webhook`, async (api) => {
      const [hook] = (await orNull(() => leadingTo(api, url))) ?? [];
      if (hook) await api.post(`/hooks/${hook.id}/tests`, {});
      return hook !== undefined;
    });
    if (sent) return repository;
  }
  return null;
}

function noSecret(): SignalboxError {
  return new SignalboxError('forge.refused', 'A webhook without a secret could be sent by anybody', {
    nextStep: 'Set GITEA_WEBHOOK_SECRET to a long random text.',
  });
}

async function leadingTo(api: Api, url: string): Promise<Hook[]> {
  const hooks = Hook.array().parse(await everyPage(api, '/hooks'));
  return hooks.filter((hook) => hook.config.url === url);
}
