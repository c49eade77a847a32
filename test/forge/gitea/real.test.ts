import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeForge } from '../../contract/forge.ts';
import { openRealServer } from './real-world.ts';

const { GITEA_TEST_URL, GITEA_TEST_TOKEN } = process.env;
const servers = GITEA_TEST_URL && GITEA_TEST_TOKEN ? [{ url: GITEA_TEST_URL, token: GITEA_TEST_TOKEN }] : [];

test('a real server answers', async ({ skip }) => {
  skip(servers.length === 0, 'GITEA_TEST_URL and GITEA_TEST_TOKEN (of an administrator) are not set');
  for (const { url } of servers) expect((await fetch(`${url}/api/v1/version`)).status).toBe(200);
});

/** People, a bot, repositories and labels are made for it, and removed again. */
describe.each(servers)('on $url', ({ url, token }) => {
  let server: Awaited<ReturnType<typeof openRealServer>>;
  beforeAll(async () => {
    server = await openRealServer(url, token);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  describeForge('Gitea', () => server.startWorld());
});
