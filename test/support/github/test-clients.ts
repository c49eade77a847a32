import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { gitEnvironment } from '../forge/git/run-git.ts';
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

interface Received {
  event: string;
  guid: string;
  payload: { action?: string; sender: { login: string }; [key: string]: unknown };
  signed: boolean;
}

/** Answers webhooks, and keeps them with the verdict on their signature. */
export async function startReceiver(secret: string, status: number | 'never' = 202) {
  const received: Received[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    received.push({
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      payload: JSON.parse(body) as Received['payload'],
      signed: request.headers['x-hub-signature-256'] === signature,
    });
    if (status !== 'never') response.writeHead(status).end();
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const names = () => received.map(({ event, payload }) => (payload.action ? `${event}.${payload.action}` : event));
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    received,
    names,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A folder to run git in, deleted afterwards. */
export async function workFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'github-standin-test-'));
  const run = promisify(execFile);
  return {
    folder,
    async git(...args: string[]): Promise<string> {
      const names = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
      const { stdout } = await run('git', [...names, ...args], { cwd: folder, env: gitEnvironment() });
      return stdout.trim();
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export function cloneUrl(github: Github, repository: string, token?: string): string {
  const url = new URL(github.repository(repository).cloneUrl);
  if (token !== undefined) {
    url.username = 'x-access-token';
    url.password = token;
  }
  return url.href;
}
