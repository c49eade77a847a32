import { describe } from 'vitest';
import { queueContract } from '../contract/queue.ts';
import { testDatabase } from '../support/database.ts';

describe('the queue in PostgreSQL', () => {
  queueContract(async () => {
    const database = await testDatabase();
    return {
      databaseUrl: database.url,
      valkey: null,
      nowhere: { databaseUrl: 'postgres://nobody@127.0.0.1:1/none', valkey: null },
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  });
});
