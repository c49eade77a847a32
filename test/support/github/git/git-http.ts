import type { IncomingMessage, ServerResponse } from 'node:http';
import { pushing } from '../behaviour/pushes.ts';
import { actorOf, canSee, mayDo, type Access } from '../server/access.ts';
import { basicPassword } from '../server/authenticate.ts';
import { ApiError, notFound } from '../server/errors.ts';
import { faultBody, type FaultRule } from '../server/faults.ts';
import type { Hub } from '../server/hub.ts';
import type { Repository } from '../server/model.ts';
import { needContents } from '../routes/needs.ts';
import type { LoggedRequest } from '../server/request-log.ts';
import { describe, type Traffic } from '../server/traffic.ts';
import { runHttpBackend, type CgiAnswer } from './cgi.ts';

const GIT_PATH = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(?:info\/refs|git-upload-pack|git-receive-pack)$/;

export function isGitRequest(request: IncomingMessage): boolean {
  return GIT_PATH.test(pathOf(request));
}

/** Clones, fetches and pushes. A push is answered when everything that follows from it is done. */
export async function serveGit(hub: Hub, traffic: Traffic, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  const method = request.method ?? 'GET';
  const entry: LoggedRequest = { method, path, status: 0, token: 'unread', login: null, at: traffic.now(), body: null };
  traffic.requests.push(entry);
  const fault = await traffic.faults.meet({ method, path });
  const lost = fault?.status !== undefined;
  const answer = lost && fault.when !== 'after' ? null : await answerOf(hub, request, entry);
  if (fault?.status === 'drop') {
    request.socket.destroy();
    return;
  }
  send(response, lost || !answer ? faultAnswer(fault) : answer, entry);
}

async function answerOf(hub: Hub, request: IncomingMessage, entry: LoggedRequest): Promise<CgiAnswer> {
  entry.token = 'invalid';
  try {
    const access = authenticateGit(hub, request);
    Object.assign(entry, describe(access));
    const repository = hub.repository(GIT_PATH.exec(pathOf(request))?.[1] ?? '');
    assertMayUse(access, repository, isPush(request));
    if (request.method !== 'POST' || !isPush(request)) return await backend(hub, repository, request, 'reader');
    const sender = actorOf(access);
    return await pushing(hub, repository, sender, () => backend(hub, repository, request, sender.login));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const headers: Record<string, string> = { 'content-type': 'text/plain' };
    if (error.status === 401) headers['www-authenticate'] = 'Basic realm="GitHub"';
    return { status: error.status, headers, body: Buffer.from(`${error.message}\n`) };
  }
}

/** The repository's folder is asked for by its own name, whatever spelling came in. */
async function backend(hub: Hub, repository: Repository, request: IncomingMessage, login: string): Promise<CgiAnswer> {
  const service = /\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(pathOf(request))?.[0] ?? '';
  return runHttpBackend(hub.root, `/${repository.fullName}.git${service}`, request, login);
}

function authenticateGit(hub: Hub, request: IncomingMessage): Access {
  const token = basicPassword(request.headers.authorization);
  return token === undefined ? { kind: 'anonymous' } : hub.tokens.resolve(token);
}

function assertMayUse(access: Access, repository: Repository, push: boolean): void {
  const need = push ? needContents('write', 'write') : needContents('read', 'read');
  if (access.kind === 'anonymous' && (push || repository.private)) throw new ApiError(401, 'Authentication required');
  if (!canSee(access, repository)) throw notFound();
  if (!mayDo(access, repository, need)) throw new ApiError(403, `Permission to ${repository.fullName}.git denied.`);
}

function isPush(request: IncomingMessage): boolean {
  return (request.url ?? '').includes('git-receive-pack');
}

function pathOf(request: IncomingMessage): string {
  return decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
}

function faultAnswer(fault: FaultRule | null): CgiAnswer {
  const status = typeof fault?.status === 'number' ? fault.status : 500;
  return { status, headers: { 'content-type': 'application/json', ...fault?.headers }, body: Buffer.from(faultBody(fault ?? {})) };
}

function send(response: ServerResponse, answer: CgiAnswer, entry: LoggedRequest): void {
  entry.status = answer.status;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}
