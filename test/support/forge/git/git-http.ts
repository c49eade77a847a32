import type { IncomingMessage, ServerResponse } from 'node:http';
import { pushing } from '../behaviour/pushes.ts';
import type { ApiError } from '../server/errors.ts';
import type { FaultRule } from '../server/faults.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Repository } from '../server/model.ts';
import type { LoggedRequest } from '../server/request-log.ts';
import { describe, faultText, type Caller, type Traffic } from '../server/traffic.ts';
import { runHttpBackend, type CgiAnswer } from './cgi.ts';

/** What git over HTTP asks of a forge. Both throw for those who are not let in. */
export interface GitDoor<A extends Caller = Caller> {
  hub: ForgeHub;
  traffic: Traffic;
  /** In the question for a password. */
  realm: string;
  authenticate(authorization: string | undefined): A;
  assertMayUse(access: A, repository: Repository, push: boolean): void;
  /** The words in which a push is turned down that was let in. */
  declines?(access: A, repository: Repository): string | null;
  /** The forge's answer to something that was thrown; null where that is a fault of the stand-in. */
  answerTo(error: unknown): ApiError | null;
}

const GIT_PATH = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(?:info\/refs|git-upload-pack|git-receive-pack)$/;

export function isGitRequest(request: IncomingMessage): boolean {
  return GIT_PATH.test(pathOf(request));
}

/** Clones, fetches and pushes. A push is answered when everything that follows from it is done. */
export async function serveGit<A extends Caller>(door: GitDoor<A>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { traffic } = door;
  const path = request.url ?? '/';
  const method = request.method ?? 'GET';
  const entry: LoggedRequest = { method, path, status: 0, token: 'unread', login: null, at: traffic.now(), body: null };
  traffic.requests.push(entry);
  const fault = await traffic.faults.meet({ method, path });
  const lost = fault?.status !== undefined;
  const answer = lost && fault.when !== 'after' ? null : await answerOf(door, request, entry);
  if (fault?.status === 'drop') {
    request.socket.destroy();
    return;
  }
  send(response, lost || !answer ? faultAnswer(traffic, fault ?? {}) : answer, entry);
}

async function answerOf<A extends Caller>(door: GitDoor<A>, request: IncomingMessage, entry: LoggedRequest): Promise<CgiAnswer> {
  entry.token = 'invalid';
  const { hub } = door;
  try {
    const access = door.authenticate(request.headers.authorization);
    Object.assign(entry, describe(access));
    const repository = hub.repository(GIT_PATH.exec(pathOf(request))?.[1] ?? '');
    door.assertMayUse(access, repository, isPush(request));
    const sender = access.user;
    if (request.method !== 'POST' || !isPush(request) || !sender) return await backend(hub, repository, request, 'reader', null);
    const declined = door.declines?.(access, repository) ?? null;
    return await pushing(hub, repository, sender, () => backend(hub, repository, request, sender.login, declined));
  } catch (error) {
    const answer = door.answerTo(error);
    if (!answer) throw error;
    const headers: Record<string, string> = { 'content-type': 'text/plain' };
    if (answer.status === 401) headers['www-authenticate'] = `Basic realm="${door.realm}"`;
    return { status: answer.status, headers, body: Buffer.from(`${answer.message}\n`) };
  }
}

/** The repository's folder is asked for by its own name, whatever spelling came in. */
function backend(
  hub: ForgeHub,
  repository: Repository,
  request: IncomingMessage,
  login: string,
  declined: string | null,
): Promise<CgiAnswer> {
  const service = /\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(pathOf(request))?.[0] ?? '';
  return runHttpBackend({ root: hub.root, path: `/${repository.fullName}.git${service}`, request, login, declined });
}

function isPush(request: IncomingMessage): boolean {
  return (request.url ?? '').includes('git-receive-pack');
}

function pathOf(request: IncomingMessage): string {
  return decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
}

function faultAnswer(traffic: Traffic, fault: FaultRule): CgiAnswer {
  const status = typeof fault.status === 'number' ? fault.status : 500;
  return { status, headers: { 'content-type': 'application/json', ...fault.headers }, body: Buffer.from(faultText(traffic, fault)) };
}

function send(response: ServerResponse, answer: CgiAnswer, entry: LoggedRequest): void {
  entry.status = answer.status;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}
