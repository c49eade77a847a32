import { expect, test } from 'vitest';
import { gitError } from '../../src/git/git-error.ts';

test.each([
  ["fatal: could not read Username for 'https://forge.example': terminal prompts disabled", 'git.unauthorized', false],
  ["fatal: Authentication failed for 'https://forge.example/a/b.git/'", 'git.unauthorized', false],
  ["fatal: unable to access 'https://forge.example/': The requested URL returned error: 403", 'git.forbidden', false],
  ["fatal: repository 'https://forge.example/a/b.git/' not found", 'git.not-found', false],
  ["fatal: unable to access 'https://forge.example/': Could not resolve host: forge.example", 'git.unreachable', true],
  ["fatal: unable to access 'https://forge.example/': The requested URL returned error: 502", 'git.unreachable', true],
  ['error: RPC failed; curl 92 HTTP/2 stream 0 was not closed cleanly', 'git.unreachable', true],
  ['fatal: write error: No space left on device', 'git.disk-full', true],
  ["fatal: Unable to create '/d/packed-refs.lock': File exists.", 'git.locked', true],
  ['error: object file objects/ab/cd is empty\nfatal: loose object abcd is corrupt', 'git.mirror-corrupt', true],
  ['remote: fatal: bad object HEAD\nfatal: the server gave up', 'git.failed', false],
  ['fatal: something new', 'git.failed', false],
])('%j is %s', (said, code, retryable) => {
  expect(gitError('fetch', said)).toMatchObject({ code, retryable, nextStep: expect.stringMatching(/\.$/) });
});

test('the message has the telling line of what git said, and no more than that', () => {
  expect(gitError('fetch', `warning: noise\nfatal: something new\nhint: try this\n`).message).toBe(
    'git fetch failed: fatal: something new',
  );
  expect(gitError('fetch', `fatal: ${'x'.repeat(5_000)}`).message.length).toBeLessThan(400);
});
