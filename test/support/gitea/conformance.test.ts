import { describe, expect, test } from 'vitest';
import type { Exchange } from '../forge/conformance/exchanges.ts';
import { createGiteaChecker } from './conformance/swagger.ts';
import { startGitea } from './gitea.ts';
import { clientFor } from './test-clients.ts';

describe('a REST exchange', () => {
  const check = createGiteaChecker();
  const label = { id: 1, name: 'bug', exclusive: false, is_archived: false, color: 'ededed', description: '', url: 'http://127.0.0.1/l' };
  const at = '/api/v1/repos/acme/widget';
  const good: Exchange = {
    method: 'POST',
    url: `${at}/labels`,
    requestBody: '{"name":"bug","color":"#ededed"}',
    status: 201,
    responseBody: JSON.stringify(label),
  };

  test('that Gitea describes has nothing to report', () => {
    expect(check(good)).toEqual([]);
  });

  test.each<[string, Partial<Exchange>, string]>([
    ['an answer without a field', { responseBody: JSON.stringify({ ...label, color: undefined }) }, "must have required property 'color'"],
    [
      'an answer with a field too many',
      { responseBody: JSON.stringify({ ...label, node_id: 'LA_1' }) },
      'additional properties ("node_id")',
    ],
    ['an answer with the wrong type', { responseBody: JSON.stringify({ ...label, id: 'one' }) }, 'must be integer'],
    ['an answer with null where Go has none', { responseBody: JSON.stringify({ ...label, description: null }) }, 'must be string'],
    ['an answer that is no JSON', { responseBody: '<html>' }, 'must be object'],
    ['a status that is not documented', { status: 200 }, 'this status is not documented'],
    [
      'a misspelt key',
      { requestBody: '{"name":"bug","color":"#ededed","colour":"red"}' },
      'request (whole) must NOT have additional properties ("colour")',
    ],
    ['a value of the wrong type', { requestBody: '{"name":5,"color":"#ededed"}' }, 'must be string'],
    ['a value that is missing', { requestBody: '{"name":"bug"}' }, "must have required property 'color'"],
    ['a path that is unknown', { url: `${at}/labelled` }, 'no such operation in the slice'],
    ['a query that is unknown', { url: `${at}/labels?since=now` }, 'query (whole) must NOT have additional properties ("since")'],
    [
      'a body that nothing reads',
      { method: 'GET', url: `${at}/version`.replace(at, '/api/v1'), status: 200, responseBody: '{"version":"1"}' },
      'that nothing reads',
    ],
    [
      'an issue that is no number',
      { method: 'GET', url: `${at}/issues/first`, requestBody: '', status: 200, responseBody: 'null' },
      'must be integer',
    ],
    ['a refusal that says nothing', { status: 422, responseBody: '{"error":"no"}' }, "must have required property 'message'"],
  ])('with %s is reported', (_, change, problem) => {
    expect(check({ ...good, ...change }).join('\n')).toContain(problem);
  });

  test.each([
    ['GET', '/branches/agent/topic', 'branches/{branch}'],
    ['GET', '/contents/src/deep/file.ts', 'contents/{filepath}'],
    ['GET', '/pulls/main/agent/topic', 'pulls/{base}/{head}'],
    ['GET', '/pulls/5', 'pulls/{index}'],
    ['GET', '/pulls/5/reviews/7/comments', 'pulls/{index}/reviews/{id}/comments'],
    ['GET', '/issues/comments/5', 'issues/comments/{id}'],
    ['GET', '/commits/agent%2Ftopic/status', 'commits/{ref}/status'],
  ])('%s %s is known as %s', (method, path, operation) => {
    const [problem] = check({ method, url: at + path, requestBody: '', status: 299, responseBody: '' });
    expect(problem).toContain(operation);
  });

  test('that was refused is not told twice, and may be refused without a word', () => {
    const refused = { status: 422, responseBody: '{"message":"[Color]: Required","url":"http://x"}' };
    expect(check({ ...good, ...refused, requestBody: '{}' })).toEqual([]);
    expect(check({ ...good, status: 403, responseBody: '' })).toEqual([]);
  });
});

test('the server notes what a client got wrong, and says it in a list', async () => {
  await using gitea = await startGitea();
  await gitea.addRepository('acme/widget');
  const bot = clientFor(gitea);
  await bot('POST', '/repos/acme/widget/issues', { title: 'One' });
  gitea.assertConformant();
  await bot('POST', '/repos/acme/widget/issues', { title: 'Two', lables: [1] });
  await bot('GET', '/repos/acme/widget/stargazers');
  expect(gitea.violations).toEqual([
    'POST /repos/{owner}/{repo}/issues → 201: request (whole) must NOT have additional properties ("lables")',
    'GET /repos/acme/widget/stargazers: no such operation in the slice',
  ]);
  expect(() => gitea.assertConformant()).toThrow('2 violations');
});
