import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a database that can fail. */
export interface Wire extends AsyncDisposable {
  readonly url: string;
  /** A connection breaks when it says this. */
  breaksAt: string | null;
  /** How many of the next connections are accepted and never answered. */
  silent: number;
}

export async function wireTo(to: URL): Promise<Wire> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client.on('error', () => {}));
    if (wire.silent-- > 0) return;
    const upstream = connect(`${to.searchParams.get('host')}/.s.PGSQL.${to.port || 5432}`);
    sockets.add(upstream.on('error', () => {}));
    client.on('data', (data) => (wire.breaksAt !== null && data.includes(wire.breaksAt) ? client.destroy() : upstream.write(data)));
    client.on('close', () => upstream.destroy());
    upstream.pipe(client);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(to);
  url.searchParams.set('host', '127.0.0.1');
  url.port = String((server.address() as AddressInfo).port);
  const wire: Wire = {
    url: url.href,
    breaksAt: null,
    silent: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
  return wire;
}
