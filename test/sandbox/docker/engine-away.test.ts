import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxEngine, sandboxUser } from '../../../src/sandbox/index.ts';
import type { ExecResult, Sandbox, SandboxEngine, SandboxSpec } from '../../../src/sandbox/sandbox.ts';
import { startDockerProxy } from '../../support/docker-proxy.ts';
import type { DockerProxy } from '../../support/docker-proxy.ts';
import { needsDocker, sandboxImage } from '../../support/needs.ts';
import { makeSandboxFolder, untilTrue } from '../../support/sandbox-folder.ts';

const never = new AbortController().signal;
const limits = { memoryMb: 128, cpus: 1, processes: 48, tmpMb: 8 };
const unreachable = { code: 'sandbox.engine-unreachable', retryable: true };
const gone = { code: 'sandbox.gone', retryable: true };
const notRemoved = { code: 'sandbox.not-removed', retryable: true };

/** Its containers go on meanwhile, so that nothing is gone because nobody answers. */
describe.skipIf(await needsDocker())('a Docker engine that goes away or hangs, and comes back', () => {
  const docker = new Docker({ socketPath: '/var/run/docker.sock' });
  let proxy: DockerProxy;
  let engine: SandboxEngine;
  let direct: SandboxEngine;
  let folder: string;

  beforeEach(async () => {
    folder = await makeSandboxFolder();
    proxy = await startDockerProxy();
    const options = { kind: 'docker' as const, image: sandboxImage, instanceId: `test-${randomUUID()}`, user: sandboxUser() };
    engine = createSandboxEngine({ ...options, docker: { socketPath: proxy.socketPath }, patienceMs: 1_500 });
    direct = createSandboxEngine(options);
  });

  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await direct.sweep(new Set());
    await rm(folder, { recursive: true, force: true });
  });

  function open(): Promise<Sandbox> {
    return engine.create(spec(), never);
  }

  function spec(): SandboxSpec {
    return { agentId: 'a', role: 'agent', hostFolder: folder, network: 'none', limits };
  }

  function shell(sandbox: Sandbox, line: string, signal = never, onOutput = (): void => {}): Promise<ExecResult> {
    return sandbox.exec({ argv: ['sh', '-c', line], timeoutMs: 60_000, maxOutputBytes: 1000, onOutput }, signal);
  }

  /** A command that is under way, and how it ends. */
  async function running(sandbox: Sandbox, signal = never): Promise<Promise<unknown>[]> {
    const said = Promise.withResolvers<void>();
    const ended = shell(sandbox, 'echo up; sleep 3600', signal, () => said.resolve()).catch((error: unknown) => error);
    await said.promise;
    return [ended];
  }

  async function runs(sandbox: Sandbox): Promise<boolean> {
    return docker
      .getContainer(sandbox.id)
      .inspect()
      .then(
        ({ State }) => State.Running,
        () => false,
      );
  }

  const outages: [what: string, begin: () => Promise<void> | void][] = [
    ['refuses connections', () => proxy.cut()],
    ['hangs', () => proxy.hang()],
    ['does what it is asked and does not answer', () => proxy.hang('answers')],
  ];

  describe.each(outages)('and %s', (_, begin) => {
    test('ends every call in time, and none with a word of success', async () => {
      const sandbox = await open();
      const [ended] = await running(sandbox);
      await begin();
      expect(await ended).toMatchObject(gone);
      const calls = [shell(sandbox, 'true'), engine.list(), engine.remove('a'), engine.sweep(new Set()), engine.create(spec(), never)];
      for (const outcome of await Promise.allSettled(calls)) expect(outcome).toMatchObject({ status: 'rejected', reason: unreachable });
      await expect(sandbox.freeze(never)).rejects.toMatchObject(unreachable);
    });

    test('keeps a disposing from being confirmed, until it is back', async () => {
      const sandbox = await open();
      await begin();
      await expect(sandbox[Symbol.asyncDispose]()).rejects.toMatchObject(notRemoved);
      await expect(shell(sandbox, 'true')).rejects.toMatchObject(gone);
      await proxy.resume();
      await sandbox[Symbol.asyncDispose]();
      expect(await direct.list()).toEqual([]);
    });

    test('for a moment: a disposing waits for it', async () => {
      const sandbox = await open();
      await begin();
      const disposing = sandbox[Symbol.asyncDispose]();
      await proxy.resume();
      await disposing;
      expect(await direct.list()).toEqual([]);
    });

    test('leaves an aborted command unconfirmed, which is an error', async () => {
      const sandbox = await open();
      const stop = new AbortController();
      const [ended] = await running(sandbox, stop.signal);
      await begin();
      stop.abort(new Error('killed'));
      // A refused connection may be noticed before the abort is.
      expect([unreachable.code, gone.code]).toContain(((await ended) as { code?: string }).code);
      await proxy.resume();
      await sandbox[Symbol.asyncDispose]();
    });

    test('does not hold up an aborted creation, of which nothing is left when it is back', async () => {
      await begin();
      const stop = new AbortController();
      const creating = engine.create(spec(), stop.signal).catch((error: unknown) => error);
      stop.abort(new Error('killed'));
      expect(await creating).toBe(stop.signal.reason);
      await proxy.resume();
      await engine.remove('a');
      expect(await direct.list()).toEqual([]);
    });

    test('while it is frozen: the thaw is tried again by the next command', async () => {
      const sandbox = await open();
      const freeze = await sandbox.freeze(never);
      await begin();
      await expect(freeze[Symbol.asyncDispose]()).rejects.toMatchObject(unreachable);
      expect(await runs(sandbox)).toBe(true);
      await proxy.resume();
      await untilTrue(async () => (await shell(sandbox, 'true').catch(() => undefined))?.exitCode === 0);
    });
  });
});
