import { SignalboxError } from '../../errors.ts';
import type { BotIdentity } from '../forge.ts';
import { OwnAccount } from './answers.ts';
import type { GiteaClient } from './client.ts';
import { codeOf } from './errors.ts';

export interface IdentityOptions {
  /** As people and git use it. */
  readonly url: string;
  /** null: whoever the token belongs to. */
  readonly botUser: string | null;
}

/** The account that the token belongs to. A token may lack the scope to say so; then the settings name it. */
export async function askIdentity(client: GiteaClient, { url, botUser }: IdentityOptions, signal?: AbortSignal): Promise<BotIdentity> {
  const account = (await byToken(client, signal)) ?? (await byName(client, botUser, signal));
  const { login, id, full_name: name, email } = OwnAccount.parse(account);
  return { login, id, name: name || login, email: email || `${login}@noreply.${new URL(url).hostname}` };
}

/** null: the token may not. */
async function byToken(client: GiteaClient, signal?: AbortSignal): Promise<unknown> {
  return client.everywhere(
    'find the account of the token',
    async (api) => {
      try {
        return (await api.get('/user')).data;
      } catch (error) {
        if (codeOf(error) === 'forge.forbidden') return null;
        throw error;
      }
    },
    signal,
  );
}

/** A token that may not read its own account may not read others either; without one everybody may, where nobody forbids it. */
async function byName(client: GiteaClient, botUser: string | null, signal?: AbortSignal): Promise<unknown> {
  const name = botUser ?? '';
  try {
    if (name !== '')
      return await client.asAnybody(
        `find the account ${name}`,
        async (api) => (await api.get(`/users/${encodeURIComponent(name)}`)).data,
        signal,
      );
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.retryable) throw error;
    throw unnamed(`Gitea does not tell who ${name} is`, error);
  }
  throw unnamed('GITEA_TOKEN may not say which account it belongs to');
}

function unnamed(message: string, cause?: unknown): SignalboxError {
  return new SignalboxError('forge.forbidden', message, {
    nextStep: 'Give the token the scope read:user, or set GITEA_BOT_USER to the login of its account.',
    cause,
  });
}
