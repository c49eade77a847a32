import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A wire that can be cut, in front of a server that stays as it is. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** Ends all connections, and takes none for so long. */
  cut(ms: number): Promise<void>;
  /** Connections stay, and nothing comes through for so long, or until something has happened. */
  hang(until: number | Promise<unknown>): Promise<void>;
}

export interface ProxyWish {
  /** Tried in turn, beginning with another one each time. */
  readonly targets: readonly NetConnectOpts[];
}

/** On a free port of the loopback. */
export async function startProxy({ targets }: ProxyWish): Promise<Proxy> {
  const open = new Set<Socket>();
  let turn = 0;
  let refusing = false;
  let hanging = false;

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (refusing) return void client.destroy();
    keep(client);
    if (hanging) client.pause();
    turn += 1;
    reach(client, targets.length);
  });

  function keep(socket: Socket): void {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  }

  function reach(client: Socket, left: number): void {
    const target = targets[(turn + left) % targets.length]!;
    const upstream = connect({ ...target, allowHalfOpen: true });
    let connected = false;
    upstream.once('connect', () => {
      connected = true;
      keep(upstream);
      client.pipe(upstream);
      upstream.pipe(client);
      if (hanging) for (const socket of [client, upstream]) socket.pause();
    });
    upstream.on('error', () => {
      if (!connected && left > 1 && !client.destroyed) reach(client, left - 1);
      else client.destroy();
    });
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => {
      if (connected) client.destroy();
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async cut(ms) {
      refusing = true;
      for (const socket of open) socket.destroy();
      await delay(ms);
      refusing = false;
    },
    async hang(until) {
      hanging = true;
      for (const socket of open) socket.pause();
      await (typeof until === 'number' ? delay(until) : until);
      hanging = false;
      for (const socket of open) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
