import { serve } from '@hono/node-server';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Hono } from 'hono';
import { SignalboxError } from '../errors.ts';

/** Milliseconds. A client that sends its request slower than this is not a forge. */
const REQUEST_MS = 30_000;

/** Errors: `http.port-taken`, `http.cannot-listen`. Port 0 takes any free one. */
export async function listen(app: Pick<Hono, 'fetch'>, place: { host: string; port: number }): Promise<{ url: string } & AsyncDisposable> {
  const server = serve({ fetch: app.fetch, hostname: place.host, port: place.port, autoCleanupIncoming: true }) as Server;
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  try {
    if (!server.listening) await once(server, 'listening');
  } catch (error) {
    throw cannotListen(place, error as NodeJS.ErrnoException);
  }
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : place.port;
  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => (closed ??= close(server)),
  };
}

async function close(server: Server): Promise<void> {
  const gone = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await gone;
}

function cannotListen(place: { host: string; port: number }, error: NodeJS.ErrnoException): SignalboxError {
  const taken = error.code === 'EADDRINUSE';
  return new SignalboxError(
    taken ? 'http.port-taken' : 'http.cannot-listen',
    `Cannot listen on ${place.host}:${place.port}: ${error.message}`,
    {
      nextStep: taken
        ? 'Another program uses the port: stop it, or set ORCHESTRATOR_PORT.'
        : 'Set ORCHESTRATOR_HOST and ORCHESTRATOR_PORT to an address of this machine.',
      cause: error,
    },
  );
}
