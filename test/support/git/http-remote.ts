import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

export interface HttpRemote extends AsyncDisposable {
  /** Of the folder that holds the repositories. */
  readonly url: string;
  /** Called before a request is answered; the answer waits for it. Returning a status refuses. */
  onRequest: (request: IncomingMessage) => Promise<number | undefined> | number | undefined;
  /** Every request is sent on to the same path below this. */
  redirectTo: string | null;
}

/** git's own smart HTTP server, behind a check of the Authorization header. */
export async function serveOverHttp(root: string, authorization: string): Promise<HttpRemote> {
  const remote: HttpRemote = {
    url: '',
    redirectTo: null,
    onRequest: (request) => (request.headers.authorization === authorization ? undefined : 401),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = await remote.onRequest(request);
    if (remote.redirectTo !== null) response.writeHead(302, { location: `${remote.redirectTo}${request.url}` }).end();
    else if (refused === undefined) runBackend(root, request, response);
    else response.writeHead(refused, { 'www-authenticate': 'Basic realm="git"' }).end('no');
  }
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(remote, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function runBackend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: '/usr/bin:/bin:/usr/local/bin',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'bot',
      REMOTE_ADDR: '127.0.0.1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  const pieces: Buffer[] = [];
  backend.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  backend.on('close', () => {
    const output = Buffer.concat(pieces);
    const split = output.indexOf('\r\n\r\n');
    const headers = output
      .subarray(0, split)
      .toString('latin1')
      .split('\r\n')
      .map((line) => line.split(/: (.*)/s));
    const status = Number(headers.find(([name]) => name === 'Status')?.[1]?.slice(0, 3) ?? 200);
    for (const [name = '', value = ''] of headers) if (name !== 'Status' && name !== '') response.setHeader(name, value);
    response.writeHead(status).end(output.subarray(split + 4));
  });
}
