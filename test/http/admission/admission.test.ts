import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../../src/domain/role.ts';
import { buildApp } from '../../../src/http/app.ts';
import { listen } from '../../../src/http/listen.ts';
import { ask, openApiWorld, TOKEN, type ApiWorld, type Call } from '../api-world.ts';

let world: ApiWorld;
const call = (request: string, options?: Call) => world.call(request, options);

beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.store.pool.query('truncate signalbox.tokens, signalbox.events'));

async function make(role: Role, rest: object = {}): Promise<{ id: string; token: string }> {
  const { status, body } = await call('POST /tokens', { body: { name: 'ci', role, ...rest } });
  expect(status).toBe(201);
  return body as { id: string; token: string };
}

describe('a token', () => {
  it('is told once, and its digest alone is kept', async () => {
    const { token } = await make('viewer');
    expect(token).toMatch(/^sbx_[\w-]{43}$/);
    const { rows } = await world.store.pool.query('select * from signalbox.tokens, signalbox.events');
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
    expect(JSON.stringify((await call('GET /tokens')).body)).not.toContain(token.slice(4));
  });

  it('lets in as what it was made for, under its name', async () => {
    const { token, id } = await make('admin');
    await call('POST /halt', { token, headers: { 'x-signalbox-actor': 'ada' } });
    await call('POST /resume', { token });
    const { events } = (await call('GET /audit', { token })).body as { events: unknown[] };
    expect(events).toMatchObject([
      { type: 'instance.resumed', actor: 'token ci' },
      { type: 'instance.halted', actor: 'token ci (ada)' },
      { type: 'token.created', actor: 'api', data: { name: 'ci', role: 'admin', token: id } },
    ]);
    const { tokens } = (await call('GET /tokens')).body as { tokens: object[] };
    expect(tokens).toEqual([
      {
        id,
        name: 'ci',
        role: 'admin',
        createdBy: 'api',
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        expiresAt: null,
        revokedAt: null,
      },
    ]);
  });

  it('is of no use once it is revoked, and revoking it again changes nothing', async () => {
    const { token, id } = await make('admin');
    const revoked = await call(`DELETE /tokens/${id}`);
    expect(revoked).toMatchObject({ status: 200, body: { revokedAt: expect.any(String) } });
    expect(await call('GET /agents', { token })).toMatchObject({ status: 401, body: { error: { code: 'http.unauthorised' } } });
    expect(await call(`DELETE /tokens/${id}`)).toMatchObject({ status: 200, body: revoked.body });
    expect((await call('GET /audit?type=token.revoked')).body.events).toHaveLength(1);
  });

  it('is of no use once it has expired', async () => {
    const { token, id } = await make('viewer', { expiresInDays: 1 });
    expect((await call('GET /agents', { token })).status).toBe(200);
    await world.store.pool.query("update signalbox.tokens set expires_at = now() - interval '1 second' where id = $1", [id]);
    expect((await call('GET /agents', { token })).status).toBe(401);
  });

  it.each([
    ['a name with a line break', { name: 'a\nb', role: 'viewer' }],
    ['no name', { role: 'viewer' }],
    ['an unknown role', { name: 'ci', role: 'root' }],
    ['no time at all', { name: 'ci', role: 'viewer', expiresInDays: 0 }],
  ])('is not made with %s', async (_, body) => {
    expect((await call('POST /tokens', { body })).status).toBe(400);
  });
});

describe('a role', () => {
  const NEEDS: [string, Role][] = [
    ['GET /agents', 'viewer'],
    ['GET /queue/stats', 'viewer'],
    ['POST /queue/resume', 'operator'],
    ['DELETE /tasks/x', 'operator'],
    ['POST /agents/kill-all', 'admin'],
    ['POST /resume', 'admin'],
    ['GET /tokens', 'admin'],
  ];
  it.each(NEEDS)('%s needs %s', async (request, needed) => {
    for (const role of ROLES) {
      const { token } = await make(role);
      const { status, body } = await call(request, { token });
      const enough = ROLES.indexOf(role) >= ROLES.indexOf(needed);
      expect(status === 403, `${role}: ${JSON.stringify(body)}`).toBe(!enough);
      if (!enough) expect(body).toMatchObject({ error: { code: 'http.forbidden', message: expect.stringContaining(needed) } });
    }
  });
});

describe('who comes too often', () => {
  const access = { apiToken: TOKEN, isApiTokenChosen: true, perMinute: 2 };
  const strict = () => buildApp({ ...world, forges: [], probes: [], access });

  it('is asked to wait, each by themselves', async () => {
    const app = strict();
    const { token } = await make('viewer');
    const answers = [await ask(app, 'GET /halt'), await ask(app, 'GET /halt'), await ask(app, 'GET /halt')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]!.body).toMatchObject({ error: { code: 'http.too-many' } });
    expect(Number(answers[2]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(app, 'GET /halt', { token })).status).toBe(200);
  });

  it('may stop things all the same', async () => {
    const app = strict();
    for (let times = 0; times < 5; times++) expect((await ask(app, 'POST /agents/kill-all')).status).toBe(200);
  });

  it('with a wrong token is told so less and less, and holds up nobody who has a right one', async () => {
    const app = strict();
    const guesses = [1, 2, 3].map((guess) => ask(app, 'POST /agents/kill-all', { token: `guess-${guess}` }));
    expect((await Promise.all(guesses)).filter(({ status }) => status === 429)).toHaveLength(1);
    expect((await ask(app, 'GET /halt')).status).toBe(200);
  });
});

describe('before anybody has chosen or made a token', () => {
  const access = { apiToken: TOKEN, isApiTokenChosen: false, perMinute: 1000 };
  const open = () => buildApp({ ...world, forges: [], probes: [], access });
  const from = (address: string) => ({ incoming: { socket: { remoteAddress: address } } });
  const authorization = `Bearer ${TOKEN}`;

  it.each([
    ['127.0.0.1', {}, 200],
    ['127.8.8.8', {}, 200],
    ['::1', {}, 200],
    ['::ffff:127.0.0.1', {}, 200],
    ['10.0.0.7', {}, 403],
    ['::ffff:10.0.0.7', {}, 403],
    ['2001:db8::1', {}, 403],
    ['127.0.0.1', { 'x-forwarded-for': '10.0.0.7' }, 403],
    ['127.0.0.1', { forwarded: 'for=10.0.0.7' }, 403],
  ])('the API answers %s %j with %i', async (address, headers, status) => {
    const answer = await open().request('/agents', { headers: { authorization, ...headers } }, from(address));
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(await answer.json()).toMatchObject({ error: { code: 'http.local-only', message: expect.stringContaining('token create') } });
  });

  it.each(['/health', '/openapi.json', '/docs'])('%s answers everybody', async (path) => {
    expect((await open().request(path, {}, from('10.0.0.7'))).status).toBe(200);
  });

  it('a page whose link was given to somebody answers everybody', async () => {
    const path = '/agents/00000000-0000-4000-8000-000000000000';
    const answer = await open().request(path, { headers: { accept: 'text/html' } }, from('10.0.0.7'));
    expect(await answer.text()).toContain('There is no agent of that id here.');
  });

  it('making the first token opens it', async () => {
    const app = open();
    const { token } = (await ask(app, 'POST /tokens', { body: { name: 'ci', role: 'viewer' } })).body as { token: string };
    const answer = await app.request('/agents', { headers: { authorization: `Bearer ${token}` } }, from('10.0.0.7'));
    expect(answer.status).toBe(200);
  });

  it('is so on a real connection, too', async () => {
    await using server = await listen(open(), { host: '127.0.0.1', port: 0 });
    const local = await fetch(`${server.url}/agents`, { headers: { authorization } });
    const passedOn = await fetch(`${server.url}/agents`, { headers: { authorization, 'x-forwarded-for': '10.0.0.7' } });
    expect([local.status, passedOn.status]).toEqual([200, 403]);
  });
});
