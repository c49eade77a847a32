import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { sandboxImage } from './needs.ts';

/** A Docker engine of the test's own, which may be stopped and started again: the machine's belongs to others too. */
export interface DockerEngine extends AsyncDisposable {
  readonly socketPath: string;
  /** SIGTERM ends its containers with it; SIGKILL leaves them running until it is started again. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  start(): Promise<void>;
}

/** With no network but none, and with an image of few commands by the name of the sandbox's. Needs root and `dockerd`. */
export async function startDockerEngine(): Promise<DockerEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-dockerd-'));
  const socketPath = join(folder, 'docker.sock');
  // What it writes there goes with it: containerd leaves the stacks of its threads when the engine ends it for being slow.
  const env = { ...process.env, TMPDIR: join(folder, 'tmp') };
  await mkdir(env.TMPDIR);
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    await rm(join(folder, 'pid'), { force: true });
    const places = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')];
    const network = ['--bridge=none', '--iptables=false', '--ip-forward=false', '--ip-masq=false'];
    server = spawn('dockerd', [...places, ...network, '--host', `unix://${socketPath}`], { cwd: folder, env, stdio: 'ignore' });
    await once(server, 'spawn');
    await answers(socketPath, server);
  }

  async function stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
    // It ends by itself after the engine, and the next engine would meet it.
    await endContainerd(join(folder, 'exec', 'containerd', 'containerd.pid'));
  }

  async function remove(): Promise<void> {
    // An engine that was killed leaves containers, which the next one ends.
    if (server?.signalCode === 'SIGKILL') await start();
    const docker = new Docker({ socketPath });
    for (const { Id } of await docker.listContainers({ all: true })) await docker.getContainer(Id).remove({ force: true });
    await stop('SIGTERM');
    // Its data folder is a mount of its own, once for each start that was not followed by an orderly end.
    while ((await run('umount', [join(folder, 'data')])) === 0);
    await rm(folder, { recursive: true, force: true });
  }

  await using failed = new AsyncDisposableStack();
  failed.defer(remove);
  await start();
  await makeImage(socketPath);
  failed.move();
  return { socketPath, start, stop, [Symbol.asyncDispose]: remove };
}

/** `false` when this machine can run one, otherwise the reason why not. */
export async function needsOwnDockerEngine(): Promise<string | false> {
  if (process.getuid?.() !== 0) return 'needs root, for a Docker engine of its own';
  const found = await run('sh', ['-c', 'command -v dockerd docker']);
  return found === 0 ? false : 'needs dockerd and docker on the PATH';
}

async function answers(socketPath: string, server: ChildProcess): Promise<void> {
  const docker = new Docker({ socketPath });
  while (
    !(await docker.ping().then(
      () => true,
      () => false,
    ))
  ) {
    if (server.exitCode !== null) throw new Error(`dockerd ended with ${server.exitCode}`);
    await delay(20);
  }
}

/** The commands that a sandbox is ended and looked at with, and what they are linked with. */
const packed = `
for command in sh tail true sleep grep; do type -P $command; done >/tmp/files
for file in $(cat /tmp/files); do ldd $file | grep -o '/[^ ]*'; done | sort -u >>/tmp/files
tar -chf - -T /tmp/files 2>/dev/null`;

async function makeImage(socketPath: string): Promise<void> {
  const from = `docker run --rm --network none --tmpfs /tmp ${sandboxImage} bash -c "$1"`;
  const made = await run('sh', [
    '-c',
    `${from} | docker -H "$2" import --change 'ENV PATH=/usr/bin:/bin' - ${sandboxImage}`,
    'sh',
    packed,
    `unix://${socketPath}`,
  ]);
  if (made !== 0) throw new Error('could not make an image for the Docker engine of the test');
}

async function endContainerd(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
  if (pid === 0) return;
  while ((await run('test', ['-e', `/proc/${pid}`])) === 0) {
    await run('kill', ['-9', String(pid)]);
    await delay(10);
  }
}

async function run(command: string, argv: string[]): Promise<number> {
  const child = spawn(command, argv, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
