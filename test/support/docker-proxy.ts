import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A socket in front of a Docker engine, which can make that engine seem away or stuck while it goes on. */
export interface DockerProxy extends AsyncDisposable {
  readonly socketPath: string;
  /** Connections break, new ones are refused. What the engine was asked before, it still does. */
  cut(): Promise<void>;
  /** Connections are accepted and stay open; with `answers`, requests reach the engine, and only its answers do not come. */
  hang(what?: 'everything' | 'answers'): void;
  /** All is well again. What was held back goes its way. */
  resume(): Promise<void>;
}

export async function startDockerProxy(engine = '/var/run/docker.sock'): Promise<DockerProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-docker-proxy-'));
  const socketPath = join(folder, 'docker.sock');
  const pairs = new Set<Pair>();
  let mode: Mode = 'flowing';
  let server: Server | undefined;

  async function listen(): Promise<void> {
    server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      const pair = new Pair(client, engine);
      pairs.add(pair);
      pair.closed.then(() => pairs.delete(pair)).catch(() => {});
      pair.set(mode);
    });
    server.listen(socketPath);
    await once(server, 'listening');
  }

  /** The file of the socket stays, as that of an engine that was killed: connections are refused. */
  async function close(): Promise<void> {
    if (server === undefined) return;
    const aside = `${socketPath}.aside`;
    await rename(socketPath, aside);
    const closed = once(server, 'close');
    server.close();
    server = undefined;
    for (const pair of pairs) pair.destroy();
    await closed;
    await rename(aside, socketPath);
  }

  function setAll(wanted: Mode): void {
    mode = wanted;
    for (const pair of pairs) pair.set(wanted);
  }

  await listen();
  return {
    socketPath,
    cut: close,
    hang: (what = 'everything') => setAll(what === 'everything' ? 'stuck' : 'mute'),
    async resume() {
      if (server === undefined) {
        await rm(socketPath, { force: true });
        await listen();
      }
      setAll('flowing');
    },
    async [Symbol.asyncDispose]() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Mode = 'flowing' | 'mute' | 'stuck';

/** One connection to the proxy, and the one to the engine that belongs to it. Either side may end its half first. */
class Pair {
  readonly closed: Promise<unknown>;
  readonly #client: Socket;
  readonly #path: string;
  #engine: Socket | undefined;

  constructor(client: Socket, path: string) {
    this.#client = client;
    this.#path = path;
    this.closed = new Promise((resolve) => client.once('close', resolve));
    client.on('error', () => this.destroy());
    client.on('close', () => this.#engine?.destroySoon());
  }

  set(mode: Mode): void {
    if (this.#client.destroyed) return;
    if (mode !== 'stuck') this.#engine ??= this.#connect();
    const engine = this.#engine;
    if (engine === undefined) return;
    flow(this.#client, engine, mode !== 'stuck');
    flow(engine, this.#client, mode === 'flowing');
  }

  destroy(): void {
    this.#client.destroy();
    this.#engine?.destroy();
  }

  #connect(): Socket {
    const engine = connect({ path: this.#path, allowHalfOpen: true });
    engine.pause();
    engine.on('error', () => this.destroy());
    engine.on('close', () => this.#client.destroySoon());
    return engine;
  }
}

function flow(from: Socket, to: Socket, on: boolean): void {
  from.unpipe(to);
  if (on) from.pipe(to);
  else from.pause();
}
