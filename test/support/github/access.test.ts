import { createHmac, createSign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGithub, type Github } from './github.ts';
import { appClient, clientFor, installationClient, installationToken } from './test-clients.ts';

const WIDGET = { owner: 'acme', repo: 'widget' };
const SECRET = { owner: 'acme', repo: 'secret' };

let github: Github;
let now = Date.now();

beforeAll(async () => {
  github = await startGithub({ app: { id: 42, slug: 'signalbox' }, now: () => now });
  for (const login of ['ada', 'tess', 'rita', 'oscar']) github.addUser(login);
  const collaborators = { ada: 'write', tess: 'triage', rita: 'read' } as const;
  await github.addRepository('acme/widget', { collaborators });
  await github.addRepository('acme/secret', { collaborators, private: true });
  await github.addRepository('elsewhere/other', { installed: false });
  await github.as('ada').openIssue('acme/widget', { title: 'One' });
  await github.as('ada').openIssue('acme/secret', { title: 'One' });
});

afterAll(() => github[Symbol.asyncDispose]());

function jwt(
  claims: object,
  sign = (data: string) => createSign('RSA-SHA256').update(data).sign(github.privateKey, 'base64url'),
  alg = 'RS256',
): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const data = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  return `${data}.${sign(data)}`;
}

async function getApp(token: string): Promise<{ status: number; message: string }> {
  const response = await fetch(`${github.url}/app`, { headers: { authorization: `Bearer ${token}` } });
  const { message = '' } = (await response.json()) as { message?: string };
  return { status: response.status, message };
}

describe('the App by its JWT', () => {
  test('is told about itself, its webhook and its installations', async () => {
    const { rest } = appClient(github);
    expect((await rest.apps.getAuthenticated()).data).toMatchObject({
      id: 42,
      slug: 'signalbox',
      events: expect.arrayContaining(['issues']),
    });
    expect((await rest.apps.getWebhookConfigForApp()).data).toMatchObject({ content_type: 'json' });
    expect((await rest.apps.listInstallations()).data).toMatchObject([{ account: { login: 'acme' }, app_id: 42 }]);
    expect((await rest.apps.getRepoInstallation(WIDGET)).data.id).toBe(github.installationId('acme'));
    await expect(rest.apps.getRepoInstallation({ owner: 'elsewhere', repo: 'other' })).rejects.toMatchObject({ status: 404 });
    await expect(rest.apps.createInstallationAccessToken({ installation_id: 9999 })).rejects.toMatchObject({ status: 404 });
  });

  const seconds = () => Math.floor(now / 1000);
  test.each([
    ['another issuer', () => jwt({ iss: 43, iat: seconds(), exp: seconds() + 60 })],
    ['more than ten minutes', () => jwt({ iss: 42, iat: seconds(), exp: seconds() + 700 })],
    ['one that is over', () => jwt({ iss: 42, iat: seconds() - 600, exp: seconds() - 1 })],
    [
      'a shared secret for a signature',
      () =>
        jwt(
          { iss: 42, iat: seconds(), exp: seconds() + 60 },
          (data) => createHmac('sha256', 'x').update(data).digest('base64url'),
          'HS256',
        ),
    ],
    ['a signature of nobody', () => jwt({ iss: 42, iat: seconds(), exp: seconds() + 60 }, () => 'AAAA')],
    ['no claims', () => jwt({})],
    ['no token at all', () => 'nonsense'],
  ])('is refused with %s', async (_, token) => {
    expect((await getApp(token())).status).toBe(401);
  });

  test('is let in with the numbers right', async () => {
    expect((await getApp(jwt({ iss: '42', iat: seconds(), exp: seconds() + 600 }))).status).toBe(200);
  });
});

describe('an installation token', () => {
  test('lives an hour', async () => {
    const client = clientFor(github, await installationToken(github, 'acme'));
    now += 59 * 60 * 1000;
    await expect(client.rest.repos.get(SECRET)).resolves.toMatchObject({ status: 200 });
    now += 60 * 1000;
    await expect(client.rest.repos.get(SECRET)).rejects.toMatchObject({ status: 401 });
    now -= 60 * 60 * 1000;
  });

  test('can be made for less than the whole', async () => {
    const { rest } = appClient(github);
    const wanted = {
      installation_id: github.installationId('acme'),
      permissions: { issues: 'read', metadata: 'read' },
      repositories: ['widget'],
    } as const;
    const { data } = await rest.apps.createInstallationAccessToken({ ...wanted, repositories: [...wanted.repositories] });
    expect(data).toMatchObject({ repository_selection: 'selected', permissions: { issues: 'read' }, repositories: [{ name: 'widget' }] });
    const client = clientFor(github, data.token);
    await expect(client.rest.issues.get({ ...WIDGET, issue_number: 1 })).resolves.toMatchObject({ status: 200 });
    await expect(client.rest.issues.createComment({ ...WIDGET, issue_number: 1, body: 'No' })).rejects.toMatchObject({ status: 403 });
    await expect(client.rest.issues.get({ ...SECRET, issue_number: 1 })).rejects.toMatchObject({ status: 404 });
    const more = { installation_id: wanted.installation_id, permissions: { administration: 'write' as const } };
    await expect(rest.apps.createInstallationAccessToken(more)).rejects.toMatchObject({ status: 422 });
  });

  test('sees the repositories that it was made for', async () => {
    const { data } = await installationClient(github, 'acme').rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories.map((repository) => repository.full_name)).toEqual(['acme/widget', 'acme/secret']);
  });
});

describe('permission of a person', () => {
  test.each([
    ['ada', 'write', 'write'],
    ['tess', 'read', 'triage'],
    ['rita', 'read', 'read'],
    ['oscar', 'none', 'none'],
  ])('%s has %s, as %s', async (username, permission, role) => {
    const { data } = await installationClient(github, 'acme').rest.repos.getCollaboratorPermissionLevel({ ...SECRET, username });
    expect(data).toMatchObject({ permission, role_name: role, user: { login: username } });
  });

  test('of nobody is 404', async () => {
    const { rest } = installationClient(github, 'acme');
    await expect(rest.repos.getCollaboratorPermissionLevel({ ...SECRET, username: 'nobody' })).rejects.toMatchObject({ status: 404 });
  });

  const label = { issue_number: 1, labels: ['agent:worker'] };
  test.each([
    ['an outsider does not see a private repository', 'oscar', SECRET, 404],
    ['an outsider may not label', 'oscar', WIDGET, 403],
    ['a reader may not label', 'rita', WIDGET, 403],
  ])('%s', async (_, login, repository, status) => {
    await expect(clientFor(github, github.as(login).token).rest.issues.addLabels({ ...repository, ...label })).rejects.toMatchObject({
      status,
    });
  });

  test('a triager may label, and a reader may comment', async () => {
    await expect(clientFor(github, github.as('tess').token).rest.issues.addLabels({ ...WIDGET, ...label })).resolves.toMatchObject({
      status: 200,
    });
    await expect(github.as('rita').comment('acme/widget', 1, '/agent run')).resolves.toMatchObject({
      user: { login: 'rita' },
      author_association: 'COLLABORATOR',
    });
  });

  test('a reader opens an issue, and the labels that come with it are dropped', async () => {
    const { number } = await github.as('rita').openIssue('acme/widget', { title: 'Two', labels: ['agent:worker'] });
    expect(github.repository('acme/widget').issue(number).labels).toEqual([]);
  });

  test('without a token nothing is written, and a wrong one is worth less than none', async () => {
    await expect(clientFor(github).rest.issues.get({ ...WIDGET, issue_number: 1 })).resolves.toMatchObject({ status: 200 });
    await expect(clientFor(github).rest.issues.createComment({ ...WIDGET, issue_number: 1, body: 'Hi' })).rejects.toMatchObject({
      status: 401,
    });
    await expect(clientFor(github, 'ghp_wrong').rest.issues.get({ ...WIDGET, issue_number: 1 })).rejects.toMatchObject({ status: 401 });
  });
});

test('requests are written down with the kind of their token, never its value', () => {
  const kinds = new Set(github.requests.map((request) => request.token));
  expect(kinds).toEqual(new Set(['app', 'installation', 'person', 'anonymous', 'invalid']));
  expect(JSON.stringify(github.requests)).not.toMatch(/gh[ps]_/);
});

test('all of that is GitHub as GitHub describes it', () => github.assertConformant());
