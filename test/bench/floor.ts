import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { containerOptions } from '../../src/sandbox/docker/container.ts';
import { sandboxUser } from '../../src/sandbox/index.ts';
import type { ContainerEvent } from '../chaos/engine-log.ts';
import { sandboxImage } from '../support/needs.ts';

/**
 * The engine alone: so many containers as an agent's, each in the same long command, are killed and removed at once.
 * Milliseconds from the call to the engine's word that the last one is destroyed.
 */
export async function killByEngine(count: number, events: readonly ContainerEvent[]): Promise<number> {
  const docker = new Docker();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-floor-'));
  const agent = randomUUID();
  const user = sandboxUser();
  const spec = {
    agentId: agent,
    role: 'agent',
    hostFolder: folder,
    network: 'none' as const,
    limits: { memoryMb: 64, cpus: 0.5, processes: 256, tmpMb: 256 },
  };
  try {
    const containers = [];
    for (let one = 0; one < count; one += 1)
      containers.push(await startOne(docker, containerOptions(spec, sandboxImage, 'floor', user), `${user.uid}:${user.gid}`));
    const began = Date.now();
    await Promise.all(
      containers.map(async (container) => {
        await container.kill();
        await container.remove({ force: true, v: true });
      }),
    );
    for (;;) {
      const destroyed = events.filter((event) => event.agent === agent && event.action === 'destroy');
      if (destroyed.length === count) return Math.max(...destroyed.map(({ at }) => at)) - began;
      await delay(5);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startOne(docker: Docker, options: Docker.ContainerCreateOptions, user: string): Promise<Docker.Container> {
  const container = await docker.createContainer(options);
  await container.start();
  const exec = await container.exec({ Cmd: ['bash', '-c', 'sleep 3600'], User: user, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: true });
  stream.on('error', () => {});
  return container;
}
