import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxEngine } from '../../../src/sandbox/index.ts';
import type { SandboxEngine, SandboxSpec } from '../../../src/sandbox/sandbox.ts';

const never = new AbortController().signal;
/** Four times that is the longest that one request is waited for. */
const patienceMs = 250;

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
      patienceMs,
    });
  }

  function spec(): SandboxSpec {
    return { agentId: 'a', role: 'agent', hostFolder: folder, network: 'none', limits: { memoryMb: 64, cpus: 1, processes: 16, tmpMb: 8 } };
  }

  async function answering(handle: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<void> {
    server = createServer((request, response) => void handle(request, response));
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

  describe('that accepts and never answers', () => {
    const unreachable = { code: 'sandbox.engine-unreachable', retryable: true, message: expect.stringContaining('no answer within') };

    test('is unreachable to every call, in time', async () => {
      await answering(() => {});
      const stuck = engine();
      const calls = [stuck.create(spec(), never), stuck.list(), stuck.remove('nobody'), stuck.sweep(new Set())];
      for (const outcome of await Promise.allSettled(calls)) expect(outcome).toMatchObject({ status: 'rejected', reason: unreachable });
    });

    test('to the end is so too', async () => {
      await answering((_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('[{'));
      await expect(engine().list()).rejects.toMatchObject(unreachable);
    });

    test('and breaks off is so too', async () => {
      await answering((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('[{', () => response.destroy());
      });
      await expect(engine().list()).rejects.toMatchObject(unreachable);
    });

    test('does not hold up who stops waiting for it', async () => {
      await answering(() => {});
      const stop = new AbortController();
      const calls = [engine().create(spec(), stop.signal), engine().remove('a', stop.signal)];
      const outcomes = Promise.allSettled(calls);
      stop.abort(new Error('killed'));
      for (const outcome of await outcomes) expect(outcome).toEqual({ status: 'rejected', reason: stop.signal.reason });
    });

    test('until later: what it then has made is removed, and not before a removal waited for that', async () => {
      const asked = Promise.withResolvers<void>();
      const answer = Promise.withResolvers<void>();
      const removed: string[] = [];
      await answering(async (request, response) => {
        const url = request.url ?? '';
        if (url.startsWith('/containers/create')) {
          asked.resolve();
          await answer.promise;
          return say(response, 201, { Id: 'made', Warnings: [] });
        }
        if (url.startsWith('/containers/json')) return say(response, 200, []);
        if (request.method === 'DELETE') removed.push(url);
        return say(response, 404, { message: 'No such container' });
      });
      const slow = engine();
      const stop = new AbortController();
      const creating = slow.create(spec(), stop.signal).catch((error: unknown) => error);
      await asked.promise;
      stop.abort(new Error('killed'));
      expect(await creating).toBe(stop.signal.reason);
      expect(removed).toEqual([]);
      const removing = slow.remove('a');
      answer.resolve();
      await removing;
      expect(removed).toEqual([expect.stringMatching(/^\/containers\/signalbox-a-agent-[0-9a-f]{8}\?force=true/)]);
    });
  });

  test('that breaks the connection while it makes a container is asked to remove it when it is back', async () => {
    const removed = Promise.withResolvers<string>();
    let away = true;
    await answering((request, response) => {
      if (away) return request.socket.destroy();
      if (request.method === 'DELETE') removed.resolve(request.url ?? '');
      return say(response, 404, { message: 'No such container' });
    });
    await expect(engine().create(spec(), never)).rejects.toMatchObject({ code: 'sandbox.engine-unreachable' });
    away = false;
    expect(await removed.promise).toMatch(/^\/containers\/signalbox-a-agent-/);
  });

  test('that refuses a command is not left with an open connection', async () => {
    const closed = Promise.withResolvers<void>();
    await answering((request, response) => {
      const url = request.url ?? '';
      if (url.startsWith('/containers/create')) return say(response, 201, { Id: 'made', Warnings: [] });
      if (url.startsWith('/containers/made/exec')) return say(response, 201, { Id: 'command' });
      if (!url.startsWith('/exec/')) return response.writeHead(204).end();
      request.socket.once('close', () => closed.resolve());
      return say(response, 409, { message: 'Container made is not running' });
    });
    const sandbox = await engine().create(spec(), never);
    const refused = sandbox.exec({ argv: ['true'], timeoutMs: 20_000, maxOutputBytes: 100 }, never);
    await expect(refused).rejects.toMatchObject({ code: 'sandbox.gone' });
    await closed.promise;
  });
});
