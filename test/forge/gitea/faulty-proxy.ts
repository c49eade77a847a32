import { createServer, request as requestHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Stands between an adapter and a server that never fails when it should. */
export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  /** The next such request, as `METHOD /path`, is carried out, and its answer is lost. */
  loseAnswer(match: RegExp): void;
  /** Every request from now on is answered so, or its connection is cut. */
  failAll(answer: { status: number | 'drop'; headers?: Record<string, string> }): void;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let losing: RegExp | null = null;
  let failing: { status: number | 'drop'; headers?: Record<string, string> } | null = null;
  const server = createServer((incoming, response) => {
    if (failing?.status === 'drop') return void incoming.socket.destroy();
    if (failing) return void incoming.resume().on('end', () => response.writeHead(Number(failing?.status), failing?.headers).end());
    const path = new URL(incoming.url ?? '/', target).pathname;
    const isLost = losing?.test(`${incoming.method} ${path}`) ?? false;
    if (isLost) losing = null;
    pass(target, incoming, response, isLost);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswer: (match) => void (losing = match),
    failAll: (answer) => void (failing = answer),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(target: string, incoming: IncomingMessage, response: ServerResponse, isLost: boolean): void {
  const url = new URL(incoming.url ?? '/', target);
  const { method, headers } = incoming;
  const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
  const outgoing = ask(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
    if (isLost) return void answer.resume().on('end', () => incoming.socket.destroy());
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}
