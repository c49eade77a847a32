import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serveOverHttp } from './http-remote.ts';
import { makeOrigin, type Origin } from './origin.ts';

export interface GitServer extends AsyncDisposable {
  /** Of the folder that all repositories are in. */
  readonly url: string;
  readonly token: string;
  /** A file as git-credential-store keeps it, with what this server takes. */
  readonly credentialsPath: string;
  /** `METHOD path?query` of each request, in order. */
  readonly requests: readonly string[];
  /** Called before a request is answered; the answer waits for it. Returning a status refuses. */
  onRequest: (request: IncomingMessage) => Promise<number | void> | number | void;
  /** Every request is sent on to the same path below this. */
  redirectTo(path: string): void;
  /** A repository with these files on `main`; `team/app` is then at `url/team/app.git`. */
  add(path: string, files?: Readonly<Record<string, string>>): Promise<Origin>;
}

/** A server that is git over HTTP and nothing else: no issues, no API, one user with a token. */
export async function startGitServer(): Promise<GitServer> {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'signalbox-git-server-'));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const token = `tok:en-${crypto.randomUUID()}`;
  const remote = stack.use(await serveOverHttp(root, `Basic ${Buffer.from(`bot:${token}`).toString('base64')}`));
  const isLetIn = remote.onRequest;
  const credentialsPath = join(root, 'credentials');
  await writeFile(credentialsPath, `${remote.url.replace('//', `//bot:${encodeURIComponent(token)}@`)}\n`, { mode: 0o600 });
  const requests: string[] = [];
  const server = {
    url: remote.url,
    token,
    credentialsPath,
    requests,
    onRequest: (_request: IncomingMessage): Promise<number | void> | number | void => undefined,
    redirectTo(path: string) {
      remote.redirectTo = path;
    },
    async add(path: string, files: Readonly<Record<string, string>> = { 'README.md': '# app\n' }) {
      const dir = join(root, `${path}.git`);
      await mkdir(dirname(dir), { recursive: true });
      const origin = await makeOrigin(dir);
      await origin.commit('main', files);
      return origin;
    },
  };
  remote.onRequest = async (request) => {
    requests.push(`${request.method} ${request.url}`);
    return (await server.onRequest(request)) ?? isLetIn(request);
  };
  const parts = stack.move();
  return Object.assign(server, { [Symbol.asyncDispose]: () => parts.disposeAsync() });
}
