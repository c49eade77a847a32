import { describe } from 'vitest';
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
});
