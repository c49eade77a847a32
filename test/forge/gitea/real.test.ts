import { afterAll, beforeAll, describe, test } from 'vitest';
import { describeForge } from '../../contract/forge.ts';
import { openRealServer } from './real-world.ts';

const { GITEA_TEST_URL: url, GITEA_TEST_TOKEN: token } = process.env;

describe('a real Gitea or Forgejo', () => {
  if (!url || !token) {
    test('keeps the contract', (context) => {
      context.skip('GITEA_TEST_URL and GITEA_TEST_TOKEN (of an administrator) are not set');
    });
    return;
  }
  let server: Awaited<ReturnType<typeof openRealServer>>;
  beforeAll(async () => {
    server = await openRealServer(url, token);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  describeForge('Gitea', () => server.startWorld());
});
