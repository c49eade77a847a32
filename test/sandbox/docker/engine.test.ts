import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxEngine } from '../../../src/sandbox/index.ts';
import type { SandboxEngine, SandboxSpec } from '../../../src/sandbox/sandbox.ts';

const never = new AbortController().signal;

/** Engines that are missing, or say no: a real socket, so these run on every machine. */
describe('the Docker engine', () => {
  let folder: string;
  let server: Server | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signalbox-engine-'));
  });

  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  function engine(user = { uid: 10001, gid: 10001 }): SandboxEngine {
    return createSandboxEngine({
      kind: 'docker',
      docker: { socketPath: join(folder, 'engine.sock') },
      image: 'some-image:latest',
      instanceId: 'i',
      user,
    });
  }

  function spec(): SandboxSpec {
    return { agentId: 'a', role: 'agent', hostFolder: folder, network: 'none', limits: { memoryMb: 64, cpus: 1, processes: 16, tmpMb: 8 } };
  }

  async function answering(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> {
    server = createServer(handle);
    await new Promise<void>((resolve) => server?.listen(join(folder, 'engine.sock'), resolve));
  }

  function say(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  test('that is not there is unreachable, and the next step is a command', async () => {
    expect(await engine().check()).toEqual({ ok: false, detail: expect.stringContaining('sudo systemctl start docker') });
    const unreachable = {
      code: 'sandbox.engine-unreachable',
      retryable: true,
      nextStep: expect.stringContaining('systemctl start docker'),
    };
    await expect(engine().create(spec(), never)).rejects.toMatchObject(unreachable);
    await expect(engine().sweep(new Set())).rejects.toMatchObject(unreachable);
  });

  test('without the image says how to build it', async () => {
    await answering((request, response) => {
      if (request.url === '/info') return say(response, 200, { ServerVersion: '99.1', MemoryLimit: true, PidsLimit: true });
      return say(response, 404, { message: 'No such image: some-image:latest' });
    });
    const build = 'docker build -f Dockerfile.sandbox -t some-image:latest .';
    expect(await engine().check()).toEqual({ ok: false, detail: expect.stringContaining(build) });
    await expect(engine().create(spec(), never)).rejects.toMatchObject({
      code: 'sandbox.image-missing',
      retryable: false,
      nextStep: expect.stringContaining(build),
    });
  });

  test('that cannot hold the limits is not good enough', async () => {
    await answering((_, response) => say(response, 200, { ServerVersion: '99.1', MemoryLimit: true, PidsLimit: false }));
    expect(await engine().check()).toEqual({ ok: false, detail: expect.stringContaining('cannot limit memory or processes') });
  });

  test('whose container does not start is asked to remove it', async () => {
    const removed: string[] = [];
    await answering((request, response) => {
      if (request.method === 'POST' && request.url?.startsWith('/containers/create'))
        return say(response, 201, { Id: 'made', Warnings: [] });
      if (request.method === 'POST') return say(response, 500, { message: 'no space left on device' });
      if (request.method === 'DELETE') removed.push(request.url ?? '');
      return say(response, 404, { message: 'No such container' });
    });
    await expect(engine().create(spec(), never)).rejects.toMatchObject({
      code: 'sandbox.start-failed',
      message: expect.stringContaining('no space left'),
    });
    expect(removed).toEqual([expect.stringMatching(/^\/containers\/signalbox-a-agent-[0-9a-f]{8}\?force=true/)]);
  });

  test('is never asked to run commands as root', async () => {
    await expect(engine({ uid: 0, gid: 0 }).create(spec(), never)).rejects.toMatchObject({ code: 'sandbox.start-failed' });
  });
});
