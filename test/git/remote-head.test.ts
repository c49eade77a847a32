import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publish } from '../../src/git/publish.ts';
import { remoteHead } from '../../src/git/remote-head.ts';
import { makeHarness } from '../support/git/harness.ts';
import { serveOverHttp } from '../support/git/http-remote.ts';

test('says where a branch is now, without a mirror and without fetching', async () => {
  await using h = await makeHarness();
  const topic = await h.origin.commit('topic/one', { 'a.txt': 'a' }, h.base);
  expect(await remoteHead(h.git, h.remote, 'main')).toBe(h.base);
  expect(await remoteHead(h.git, h.remote, 'topic/one')).toBe(topic);
});

test('a branch that is not there has no head, however it is spelled, nor one whose name only ends in the same way', async () => {
  await using h = await makeHarness();
  await h.origin.commit('refs/heads/one', { 'a.txt': 'a' }, h.base);
  for (const name of ['one', 'gone', '*', 'm*', '', '-u', '--upload-pack=x']) expect(await remoteHead(h.git, h.remote, name)).toBeNull();
});

test('a push whose answer was lost is known again', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  const before = await h.origin.commit('made', { 'a.txt': 'a' }, h.base);
  await h.mirror();
  await publish(h.git, mirror, { commit: before, branch: 'agent/7', expected: null }, h.remote);
  expect(await remoteHead(h.git, h.remote, 'agent/7')).toBe(before);
  const theirs = await h.origin.commit('agent/7', { 'theirs.txt': 'x' });
  expect(await remoteHead(h.git, h.remote, 'agent/7')).toBe(theirs);
});

test('over http the credential is used, and a refusal is an error with a code', async () => {
  await using h = await makeHarness();
  const authorization = `Basic ${Buffer.from('x-access-token:not-a-real-one').toString('base64')}`;
  await using http = await serveOverHttp(h.scratch.dir, authorization);
  const url = `${http.url}/widgets.git`;
  expect(await remoteHead(h.git, { url, authorization }, 'main')).toBe(h.base);
  await expect(remoteHead(h.git, { url, authorization: `${authorization}x` }, 'main')).rejects.toMatchObject({ code: 'git.unauthorized' });
  await expect(remoteHead(h.git, { url: join(h.scratch.dir, 'gone.git'), authorization: '' }, 'main')).rejects.toMatchObject({
    code: 'git.not-found',
  });
});
