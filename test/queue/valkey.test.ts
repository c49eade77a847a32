import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { createQueue } from '../../src/queue/index.ts';
import { queueContract } from '../contract/queue.ts';
import { needsValkey } from '../support/needs.ts';
import { startValkey } from '../support/valkey.ts';

describe.skipIf(await needsValkey())('the queue in Valkey', () => {
  queueContract(async () => {
    const server = await startValkey();
    return {
      databaseUrl: 'postgres://unused',
      valkey: { host: '127.0.0.1', port: server.port, password: null },
      nowhere: { databaseUrl: 'postgres://unused', valkey: { host: '127.0.0.1', port: 1, password: null } },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  });

  test('that goes away is an error that may pass for whoever asks it, and can be closed', async () => {
    await using server = await startValkey();
    const valkey = { host: '127.0.0.1', port: server.port, password: null };
    const patience = { farewellMs: 200 };
    await using queue = await createQueue({
      databaseUrl: 'postgres://unused',
      valkey,
      instance: 'one',
      log: createLog('silent'),
      patience,
    });
    await using _ = await queue.work(async () => {}, 1);
    await server[Symbol.asyncDispose]();
    const asked = [queue.holds('a task'), queue.add('a task', 5), queue.stats(), queue.check()];
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'queue.unreachable', retryable: true } });
    }
  });
});
