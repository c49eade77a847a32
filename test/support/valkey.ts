import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { valkeyServers } from './needs.ts';

export interface TestValkey extends AsyncDisposable {
  readonly port: number;
}

/** A Valkey (or Redis, which speaks the same) of the caller's own, on the loopback, with nothing on disk at its end; on a free port unless one is wanted. */
export async function startValkey(wanted?: number): Promise<TestValkey> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-valkey-'));
  const port = wanted ?? (await freePort());
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = await firstThatStarts(args);
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: (times) => (times < 200 ? 25 : null) });
  client.on('error', () => {});
  await client.ping();
  client.disconnect();
  return {
    port,
    async [Symbol.asyncDispose]() {
      const gone = once(server, 'exit');
      if (server.exitCode === null) {
        server.kill('SIGKILL');
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstThatStarts(args: string[]) {
  for (const name of valkeyServers) {
    const server = spawn(name, args, { stdio: 'ignore' });
    const started = await once(server, 'spawn').then(
      () => true,
      () => false,
    );
    if (started) return server;
  }
  throw new Error(`none of ${valkeyServers.join(', ')} is installed`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
