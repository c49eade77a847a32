import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gitEnvironment } from './run-git.ts';

export interface CgiAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export interface CgiCall {
  root: string;
  path: string;
  request: IncomingMessage;
  login: string;
  /** The words in which a push is turned down once it is there; null lets it pass. */
  declined: string | null;
}

/** For whoever has gone away, and will not read it; the number is nginx’s. */
const NOBODY: CgiAnswer = { status: 499, headers: {}, body: Buffer.alloc(0) };

/**
 * One request through `git http-backend`, the program that GitHub's and everyone's smart HTTP protocol comes
 * from. The whole answer is gathered before any of it is given back, so that a push can be acted on first.
 * A request that is cut off ends the program; what it has done by then stays done.
 */
export async function runHttpBackend({ root, path, request, login, declined }: CgiCall): Promise<CgiAnswer> {
  if (isCutOff(request)) return NOBODY;
  const child = spawn('git', ['http-backend'], {
    env: gitEnvironment({ ...cgiEnvironment(root, path, request, login), ...declining(declined) }),
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.on('error', () => {}); // a refused push is not read to its end
  request.pipe(child.stdin);
  request.on('close', () => {
    if (isCutOff(request)) child.kill();
  });
  const [code, output, complaint] = await Promise.all([exit, buffer(child.stdout), text(child.stderr)]);
  if (isCutOff(request)) return NOBODY;
  if (output.length === 0) throw new Error(`git http-backend failed (${code}): ${complaint.trim()}`);
  return parseAnswer(output);
}

function isCutOff(request: IncomingMessage): boolean {
  return request.destroyed && !request.complete;
}

/** The one hook that is ever run, over what the repository's own settings say. */
function declining(words: string | null): Record<string, string> {
  if (words === null) return {};
  const folder = fileURLToPath(new URL('decline', import.meta.url));
  return { DECLINED: words, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: folder };
}

/** Without CONTENT_LENGTH: git would wait for that many bytes for ever, at full speed, where the rest never comes. */
function cgiEnvironment(root: string, path: string, request: IncomingMessage, login: string): Record<string, string> {
  const environment: Record<string, string | undefined> = {
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    QUERY_STRING: request.url?.split('?')[1] ?? '',
    REQUEST_METHOD: request.method,
    REMOTE_USER: login,
    REMOTE_ADDR: '127.0.0.1',
    CONTENT_TYPE: request.headers['content-type'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
  };
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function parseAnswer(output: Buffer): CgiAnswer {
  const end = output.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const { status = '200', ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest, body: output.subarray(end + 4) };
}
