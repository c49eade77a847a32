import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxEngine, sandboxUser } from '../../../src/sandbox/index.ts';
import type { Sandbox, SandboxEngine } from '../../../src/sandbox/sandbox.ts';
import { needsOwnDockerEngine, startDockerEngine } from '../../support/docker-engine.ts';
import type { DockerEngine } from '../../support/docker-engine.ts';
import { needsDocker, sandboxImage } from '../../support/needs.ts';
import { makeSandboxFolder } from '../../support/sandbox-folder.ts';

const never = new AbortController().signal;
const gone = { code: 'sandbox.gone', retryable: true };
const unreachable = { code: 'sandbox.engine-unreachable', retryable: true };

/** Where `process.getuid` says root, and dockerd is there. */
describe.skipIf((await needsDocker()) || (await needsOwnDockerEngine()))('a Docker engine that is restarted under a sandbox', () => {
  let dockerd: DockerEngine;
  let engine: SandboxEngine;
  let folder: string;

  beforeAll(async () => {
    dockerd = await startDockerEngine();
  });

  afterAll(async () => {
    await dockerd?.[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    folder = await makeSandboxFolder();
    const docker = { socketPath: dockerd.socketPath };
    engine = createSandboxEngine({ kind: 'docker', docker, image: sandboxImage, instanceId: `test-${randomUUID()}`, user: sandboxUser() });
  });

  afterEach(async () => {
    await engine.sweep(new Set());
    await rm(folder, { recursive: true, force: true });
  });

  function open(): Promise<Sandbox> {
    const limits = { memoryMb: 64, cpus: 1, processes: 48, tmpMb: 8 };
    return engine.create({ agentId: 'a', role: 'agent', hostFolder: folder, network: 'none', limits }, never);
  }

  /** A command that is under way, and how it ends. */
  async function running(sandbox: Sandbox): Promise<Promise<unknown>[]> {
    const said = Promise.withResolvers<void>();
    const command = { argv: ['sh', '-c', 'echo up; sleep 3600'], timeoutMs: 60_000, maxOutputBytes: 100, onOutput: () => said.resolve() };
    const ended = sandbox.exec(command, never).catch((error: unknown) => error);
    await said.promise;
    return [ended];
  }

  function nothing(sandbox: Sandbox): Promise<unknown> {
    return sandbox.exec({ argv: ['true'], timeoutMs: 20_000, maxOutputBytes: 100 }, never);
  }

  describe.each(['SIGTERM', 'SIGKILL'] as const)('by %s', (signal) => {
    test('ends what ran as gone, is unreachable meanwhile, and works again afterwards', async () => {
      const sandbox = await open();
      const [ended] = await running(sandbox);
      await dockerd.stop(signal);
      expect(await ended).toMatchObject(gone);
      await expect(nothing(sandbox)).rejects.toMatchObject(unreachable);
      for (const call of [engine.list(), engine.remove('a'), engine.sweep(new Set()), open()]) {
        await expect(call).rejects.toMatchObject(unreachable);
      }
      await dockerd.start();
      await expect(nothing(sandbox)).rejects.toMatchObject(gone);
      await sandbox[Symbol.asyncDispose]();
      await using next = await open();
      expect(await nothing(next)).toMatchObject({ exitCode: 0 });
    });

    test('leaves a container that is removed as any other', async () => {
      await open();
      await dockerd.stop(signal);
      await dockerd.start();
      expect(await engine.list()).toHaveLength(1);
      expect(await engine.remove('a')).toBe(1);
      expect(await engine.list()).toEqual([]);
    });

    test('while it is frozen: the thaw says that it did not last, and it can be disposed', async () => {
      const sandbox = await open();
      const freeze = await sandbox.freeze(never);
      await dockerd.stop(signal);
      await dockerd.start();
      await expect(freeze[Symbol.asyncDispose]()).rejects.toMatchObject(gone);
      await expect(nothing(sandbox)).rejects.toMatchObject(gone);
      await sandbox[Symbol.asyncDispose]();
      expect(await engine.list()).toEqual([]);
    });

    test('while it is disposed: that is confirmed when it is back', async () => {
      const sandbox = await open();
      await dockerd.stop(signal);
      const disposing = sandbox[Symbol.asyncDispose]();
      await dockerd.start();
      await disposing;
      expect(await engine.list()).toEqual([]);
    });
  });
});
