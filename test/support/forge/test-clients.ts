import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { RepositoryTruth } from './driver/truth.ts';
import { gitEnvironment } from './git/run-git.ts';

interface Received {
  event: string;
  guid: string;
  payload: { action?: string; sender: { login: string }; [key: string]: unknown };
  signed: boolean;
  headers: IncomingHttpHeaders;
}

/** Answers webhooks, and keeps them with the verdict on their signature; by the headers that all forges send. */
export async function startReceiver(secret: string, status: number | 'never' = 202) {
  const received: Received[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What is signed is the JSON, also where it comes as a form.
    const sent = await text(request);
    const isForm = request.headers['content-type']?.includes('form') ?? false;
    const body = isForm ? (new URLSearchParams(sent).get('payload') ?? '') : sent;
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    received.push({
      event: String(request.headers['x-github-event']),
      guid: String(request.headers['x-github-delivery']),
      payload: JSON.parse(body) as Received['payload'],
      signed: request.headers['x-hub-signature-256'] === signature,
      headers: request.headers,
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
  const folder = await mkdtemp(path.join(tmpdir(), 'standin-test-'));
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

/** With a token as the password, as git is given it. */
export function cloneUrl(forge: { repository(name: string): RepositoryTruth }, repository: string, token?: string): string {
  const url = new URL(forge.repository(repository).cloneUrl);
  if (token !== undefined) {
    url.username = 'x-access-token';
    url.password = token;
  }
  return url.href;
}
