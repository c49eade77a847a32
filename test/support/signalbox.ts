import { compose, type Instance, type Role } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import type { Gitea } from './gitea/gitea.ts';
import type { Github } from './github/github.ts';

/** One or both. */
export interface StandInForges {
  readonly github?: Github;
  readonly gitea?: Gitea;
}

export interface SignalboxWish extends StandInForges {
  readonly model: { readonly url: string | null; readonly apiKey: string };
  readonly dataDir: string;
  /** Settings beyond those that the stand-ins need, by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly roles?: readonly Role[];
}

export const WEBHOOK_SECRET = 'a-secret-of-the-stand-in';

/** The settings that point a Signalbox at the stand-ins, by name: what `npm start` reads from its environment. */
export function settingsFor({ github, gitea, model, dataDir, settings = {} }: SignalboxWish): Record<string, string> {
  return {
    ...(github ? settingsForGithub(github) : {}),
    ...(gitea ? settingsForGitea(gitea) : {}),
    GITHUB_THROTTLE: 'false',
    CLAUDE_API_KEY: model.apiKey,
    ...(model.url ? { ANTHROPIC_BASE_URL: model.url } : {}),
    ORCHESTRATOR_HOST: '127.0.0.1',
    ORCHESTRATOR_PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    PATH: process.env['PATH'] ?? '',
    ...settings,
  };
}

function settingsForGithub({ appId, privateKey, url }: Github): Record<string, string> {
  return { APP_ID: String(appId), PRIVATE_KEY: privateKey, WEBHOOK_SECRET, GITHUB_API_URL: url };
}

function settingsForGitea({ url, botToken, botLogin }: Gitea): Record<string, string> {
  return { GITEA_URL: url, GITEA_TOKEN: botToken, GITEA_WEBHOOK_SECRET: WEBHOOK_SECRET, GITEA_BOT_USER: botLogin };
}

/** What has people sign in with their accounts of the stand-ins. */
export function signInSettings({ github, gitea }: StandInForges): Record<string, string> {
  return {
    ...(github ? { GITHUB_CLIENT_ID: github.oauth.clientId, GITHUB_CLIENT_SECRET: github.oauth.clientSecret } : {}),
    ...(gitea ? { GITEA_CLIENT_ID: gitea.oauth.clientId, GITEA_CLIENT_SECRET: gitea.oauth.clientSecret } : {}),
  };
}

/** The whole program in this process, on the stand-ins; their webhooks go to it. */
export async function startSignalbox(wish: SignalboxWish): Promise<Instance> {
  const config = readConfig(settingsFor(wish));
  const instance = await compose(config, { log: createLog(config.logLevel), roles: wish.roles ?? ['server', 'worker'] });
  if (instance.url) {
    wish.github?.deliverTo({ url: `${instance.url}/webhooks/github`, secret: WEBHOOK_SECRET });
    wish.gitea?.deliverTo({ url: `${instance.url}/webhooks/gitea`, secret: WEBHOOK_SECRET });
  }
  return instance;
}
