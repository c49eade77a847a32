import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { valkeyServers } from '../support/needs.ts';
import { freePort } from './proxy.ts';

/** A Valkey that writes everything down, so that it can be restarted with what it held, or without. */
export interface RestartableValkey extends AsyncDisposable {
  readonly port: number;
  restart(options: { keepData: boolean; downMs: number }): Promise<void>;
}

export async function startRestartableValkey(folder: string): Promise<RestartableValkey> {
  const port = await freePort();
  let server: ChildProcess = await start(folder, port);

  async function stop(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }
  return {
    port,
    async restart({ keepData, downMs }) {
      await stop();
      if (!keepData) await rm(folder, { recursive: true, force: true });
      await delay(downMs);
      server = await start(folder, port);
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  await mkdir(folder, { recursive: true });
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
  ];
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
