import { once } from 'node:events';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { listen } from '../../src/http/listen.ts';

const app = new Hono().get('/', (c) => c.text('here'));
const place = { host: '127.0.0.1', port: 0 };

test('a server listens on a free port, and is closed twice', async () => {
  const server = await listen(app, place);
  expect(await (await fetch(server.url)).text()).toBe('here');
  await server[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
});

test('closing waits for nobody who keeps a connection open', async () => {
  const server = await listen(app, place);
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n');
  const closed = Promise.withResolvers<void>();
  socket
    .on('error', () => {})
    .on('close', () => closed.resolve())
    .resume();
  await server[Symbol.asyncDispose]();
  await closed.promise;
});

test('a port that is taken, or an address that is not ours, is told with the next step', async () => {
  await using server = await listen(app, place);
  const port = Number(new URL(server.url).port);
  await expect(listen(app, { ...place, port })).rejects.toMatchObject({
    code: 'http.port-taken',
    message: expect.stringContaining(`127.0.0.1:${port}`) as string,
    nextStep: expect.stringContaining('ORCHESTRATOR_PORT') as string,
  });
  await expect(listen(app, { host: '203.0.113.1', port: 0 })).rejects.toMatchObject({
    code: 'http.cannot-listen',
    nextStep: expect.stringContaining('ORCHESTRATOR_HOST') as string,
  });
});
