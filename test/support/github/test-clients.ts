import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import type { Github } from './github.ts';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A client with somebody's token, as a bot or a person would have it. */
export function clientFor(github: Github, token?: string): Octokit {
  return new Octokit({ baseUrl: github.url, auth: token, log: SILENT });
}

/** A client of the App's installation, which gets its tokens by itself. */
export function installationClient(github: Github, owner: string): Octokit {
  const auth = { appId: github.appId, privateKey: github.privateKey, installationId: github.installationId(owner) };
  return new Octokit({ baseUrl: github.url, authStrategy: createAppAuth, auth, log: SILENT });
}

export function appClient(github: Github, changes: { appId?: number; privateKey?: string } = {}): Octokit {
  const auth = { appId: github.appId, privateKey: github.privateKey, ...changes };
  return new Octokit({ baseUrl: github.url, authStrategy: createAppAuth, auth, log: SILENT });
}

export async function installationToken(github: Github, owner: string, permissions?: Record<string, 'read' | 'write'>): Promise<string> {
  const client = appClient(github);
  const { data } = await client.rest.apps.createInstallationAccessToken({ installation_id: github.installationId(owner), permissions });
  return data.token;
}
