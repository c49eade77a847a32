import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../forge/conformance/exchanges.ts';
import { createGithubChecker } from './conformance/openapi.ts';
import { createWebhookChecker } from './conformance/webhooks.ts';
import { startGithub } from './github.ts';
import { clientFor, installationClient } from './test-clients.ts';

describe('a REST exchange', () => {
  const check = createGithubChecker();
  const label = { id: 1, node_id: 'LA_1', url: 'http://127.0.0.1/l', name: 'bug', color: 'ededed', default: false, description: null };
  const good: Exchange = {
    method: 'POST',
    url: '/repos/acme/widget/issues/1/labels',
    requestBody: '{"labels":["bug"]}',
    status: 200,
    responseBody: JSON.stringify([label]),
  };

  test('that GitHub describes has nothing to report', () => {
    expect(check(good)).toEqual([]);
  });

  test.each<[string, Partial<Exchange>, string]>([
    [
      'an answer without a field',
      { responseBody: JSON.stringify([{ ...label, color: undefined }]) },
      "must have required property 'color'",
    ],
    ['an answer with the wrong type', { responseBody: JSON.stringify([{ ...label, id: 'one' }]) }, 'must be integer'],
    ['an answer with null where there is none', { responseBody: JSON.stringify([{ ...label, name: null }]) }, 'must be string'],
    ['an answer that is no JSON', { responseBody: '<html>' }, 'must be array'],
    ['a status that is not documented', { status: 206 }, 'this status is not documented'],
    ['a misspelt key', { requestBody: '{"label":["bug"]}' }, 'request key "label" is unknown'],
    ['a value of the wrong type', { requestBody: '{"labels":"bug"}' }, 'must be array'],
    ['an issue that is no number', { url: '/repos/acme/widget/issues/first/labels' }, 'must be integer'],
    ['a query that is unknown', { url: `${good.url}?state=open` }, 'query (whole) must NOT have additional properties ("state")'],
    ['a path that is unknown', { url: '/repos/acme/widget/labeled' }, 'no such operation in the slice'],
  ])('with %s is reported', (_, change, problem) => {
    expect(check({ ...good, ...change }).join('\n')).toContain(problem);
  });

  test.each([
    ['GET', '/repos/acme/widget/git/ref/heads/agent/1-add', 'git/ref/{ref}'],
    ['GET', '/repos/acme/widget/contents/src/deep/file.ts', 'contents/{path}'],
    ['GET', '/repos/acme/widget/compare/main...agent/1-add', 'compare/{basehead}'],
    ['GET', '/repos/acme/widget/commits/heads%2Fmain/check-runs', 'commits/{ref}/check-runs'],
    ['GET', '/repos/acme/widget/issues/comments/5', 'issues/comments/{comment_id}'],
  ])('%s %s is known as %s', (method, url, operation) => {
    const [problem] = check({ method, url, requestBody: '', status: 200, responseBody: 'null' });
    expect(problem).toContain(operation);
  });

  test('that was refused is not told twice', () => {
    const refused = { status: 422, responseBody: '{"message":"Validation Failed","documentation_url":"http://x"}' };
    expect(check({ ...good, ...refused, requestBody: '{"labels":"bug"}' })).toEqual([]);
  });
});

describe('a webhook', () => {
  const check = createWebhookChecker();
  const examples = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@octokit/webhooks-examples'), 'utf8')) as {
    name: string;
    examples: Record<string, unknown>[];
  }[];
  const example = examples.find(({ name }) => name === 'ping')?.examples.at(-1) ?? {};

  test('as the schemas know it has nothing to report', () => {
    expect(check('ping', example)).toEqual([]);
  });

  test.each([
    ['without a field', 'ping', { ...example, zen: undefined }, "must have required property 'zen'"],
    ['with a field too many', 'ping', { ...example, extra: 1 }, 'must NOT have additional properties ("extra")'],
    ['of an unknown action', 'issues', { action: 'labelled' }, 'webhook issues$labelled: no such event'],
  ])('%s is reported', (_, event, payload, problem) => {
    expect(check(event, JSON.parse(JSON.stringify(payload)) as object).join('\n')).toContain(problem);
  });
});

test('the server notes what a client got wrong, and says it in a list', async () => {
  await using github = await startGithub();
  await github.addRepository('acme/widget');
  const bot = installationClient(github, 'acme');
  await bot.rest.issues.create({ owner: 'acme', repo: 'widget', title: 'One' });
  github.assertConformant();
  await bot.request('POST /repos/{owner}/{repo}/issues', { owner: 'acme', repo: 'widget', title: 'Two', lables: ['bug'] });
  await clientFor(github)
    .request('GET /repos/acme/widget/stargazers')
    .catch(() => {});
  expect(github.violations).toEqual([
    'POST /repos/{owner}/{repo}/issues → 201: request key "lables" is unknown',
    'GET /repos/acme/widget/stargazers: no such operation in the slice',
  ]);
  expect(() => github.assertConformant()).toThrow('2 violations');
});
