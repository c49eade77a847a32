import { ORIGIN } from '../support/origin.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/http/app.ts';
import { createLog } from '../../src/log.ts';
import { createQueue } from '../../src/queue/index.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { appendEvent, change, readEvents } from '../../src/store/events.ts';
import { haltOf } from '../../src/store/facts.ts';
import { openNotifications, type Notifications } from '../../src/store/notifications.ts';
import { findTask, stopStateOf } from '../../src/store/tasks.ts';
import { accessBy } from '../support/access.ts';
import { testDatabase } from '../support/database.ts';
import { complete, confirmStopped, taskThere } from '../support/tasks.ts';
import { Tracing } from '../../src/tracing/tracing.ts';

const TOKEN = 'the-token-of-this-test';
const log = createLog('silent');
const stack = new AsyncDisposableStack();
let database: Database;
let notifications: Notifications;
let queue: Queue;
let app: ReturnType<typeof buildApp>;

beforeAll(async () => {
  const { url } = stack.use(await testDatabase());
  database = stack.use(await openDatabase(url));
  notifications = stack.use(await openNotifications(url, log));
  queue = stack.use(await createQueue({ databaseUrl: url, valkey: null, instance: 'test', log }));
  app = buildApp({ db: database.db, notifications, queue, access: accessBy(TOKEN), forges: [], probes: [], tracing: new Tracing(), log });
});
afterAll(() => stack.disposeAsync());
beforeEach(async () => {
  await database.pool.query('truncate signalbox.tasks, signalbox.agents, signalbox.events, signalbox.reports, signalbox.facts cascade');
});

interface Call {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

async function call(
  request: string,
  { body, headers = {}, signal }: Call = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const [method = '', path = ''] = request.split(' ');
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await app.request(path, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    body: text ?? null,
    signal: signal ?? null,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
}

const typesOf = async (taskId: string) => (await readEvents(database.db, { after: 0, limit: 100, taskId })).map(({ type }) => type);

const ROUTES = [
  'GET /agents',
  'POST /agents/kill-all',
  `POST /agents/${randomUUID()}/kill`,
  `POST /agents/${randomUUID()}/stop`,
  `GET /agents/${randomUUID()}/status`,
  `GET /agents/${randomUUID()}/transcript`,
  `GET /agents/${randomUUID()}/events`,
  'GET /halt',
  'POST /halt',
  'POST /resume',
  'GET /queue/stats',
  'POST /queue/pause',
  'POST /queue/resume',
];

describe.each(ROUTES)('%s', (route) => {
  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('answers 401 to %s, and does nothing', async (_, headers) => {
    const { taskId } = await taskThere(database.db, 'running');
    const answer = await call(route, { headers: { authorization: '', ...headers } });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'http.unauthorised' } } });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await stopStateOf(database.db, taskId)).toMatchObject({ killRequestedAt: null, stopRequestedAt: null });
    expect(await haltOf(database.db)).toBeNull();
    expect((await queue.stats()).paused).toBe(false);
  });

  it('lets no other origin in', async () => {
    const { headers } = await call(route.replace(/^\w+/, 'OPTIONS'), {
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    const answer = await app.request(route.split(' ')[1]!, { method: route.split(' ')[0]!, headers: { origin: 'https://evil.example' } });
    for (const name of [...headers.keys(), ...answer.headers.keys()]) expect(name).not.toMatch(/^access-control-/);
  });
});

describe.each(ROUTES.filter((route) => route.startsWith('POST')))('%s', (route) => {
  it.each([
    ['what is not JSON', '{"reason":', 400, 'http.not-json'],
    ['a list', [], 400, 'http.invalid'],
    ['a reason that is no text', { reason: 7 }, 400, 'http.invalid'],
    ['a reason without end', { reason: 'x'.repeat(501) }, 400, 'http.invalid'],
    ['what it does not know', { because: 'x' }, 400, 'http.invalid'],
    ['more than it reads', { reason: 'x'.repeat(70_000) }, 413, 'http.too-large'],
  ])('refuses %s', async (_, body, status, code) => {
    const { taskId } = await taskThere(database.db, 'running');
    expect(await call(route, { body })).toMatchObject({ status, body: { error: { code } } });
    expect(await stopStateOf(database.db, taskId)).toMatchObject({ killRequestedAt: null, stopRequestedAt: null });
    expect(await haltOf(database.db)).toBeNull();
  });
});

describe.each(ROUTES.filter((route) => /\/agents\/[^/]+\//.test(route)))('%s', (route) => {
  it.each(['of no agent', 'of nothing that is an id'])('answers 404 to the id %s', async (which) => {
    const asked = which === 'of no agent' ? route : route.replace(/[0-9a-f-]{36}/, 'nothing');
    expect(await call(asked)).toMatchObject({ status: 404, body: { error: { code: 'agent.not-found' } } });
  });
});

describe('POST /agents/:agentId/kill', () => {
  it('asks for a stop at once, and says that it is not confirmed', async () => {
    const { taskId, agentId } = await taskThere(database.db, 'running');
    const answer = await call(`POST /agents/${agentId}/kill`, {
      body: { reason: ' wrong\nissue ' },
      headers: { 'x-signalbox-actor': 'ada <a@b>`\u00a0' },
    });
    expect(answer).toMatchObject({
      status: 202,
      body: { agentId, taskId, status: 'kill requested', killRequestedAt: expect.any(String), killConfirmedAt: null },
    });
    expect(answer.body['message']).toContain('not yet confirmed');
    expect((await stopStateOf(database.db, taskId)).kill).toEqual({ actor: 'api (ada a@b)', route: 'api', reason: 'wrong issue' });
  });

  it('keeps the first request, however often it is asked', async () => {
    const { taskId, agentId } = await taskThere(database.db, 'running');
    const first = await call(`POST /agents/${agentId}/kill`, { body: { reason: 'first' } });
    const second = await call(`POST /agents/${agentId}/kill`);
    expect(second).toMatchObject({ status: 202, body: { killRequestedAt: first.body['killRequestedAt'] } });
    expect((await stopStateOf(database.db, taskId)).kill).toEqual({ actor: 'api', route: 'api', reason: 'first' });
    expect((await typesOf(taskId)).filter((type) => type === 'task.kill-requested')).toHaveLength(1);
  });

  it('answers what is true of an agent that is over', async () => {
    const [done, killed] = [await taskThere(database.db, 'running'), await taskThere(database.db, 'running')];
    await complete(database.db, done);
    await call(`POST /agents/${killed.agentId}/kill`);
    await confirmStopped(database.db, killed);
    expect(await call(`POST /agents/${done.agentId}/kill`)).toMatchObject({
      status: 200,
      body: { status: 'completed', killRequestedAt: null, killConfirmedAt: null },
    });
    expect(await call(`POST /agents/${killed.agentId}/kill`)).toMatchObject({
      status: 200,
      body: { status: 'killed', killConfirmedAt: expect.any(String) },
    });
    expect(await typesOf(done.taskId)).not.toContain('task.kill-requested');
  });
});

describe('POST /agents/:agentId/stop', () => {
  it('asks the agent to wrap up, once', async () => {
    const { taskId, agentId } = await taskThere(database.db, 'running');
    expect(await call(`POST /agents/${agentId}/stop`, { body: { reason: 'lunch' } })).toMatchObject({
      status: 202,
      body: { status: 'stop requested', stopRequestedAt: expect.any(String) },
    });
    expect(await call(`POST /agents/${agentId}/stop`)).toMatchObject({ status: 200, body: { status: 'stop requested' } });
    expect(await stopStateOf(database.db, taskId)).toMatchObject({ kill: null, stop: { actor: 'api', route: 'api', reason: 'lunch' } });
  });

  it('leaves a kill a kill', async () => {
    const { taskId, agentId } = await taskThere(database.db, 'running');
    await call(`POST /agents/${agentId}/kill`);
    expect(await call(`POST /agents/${agentId}/stop`)).toMatchObject({
      status: 200,
      body: { status: 'kill requested', stopRequestedAt: null },
    });
    expect((await stopStateOf(database.db, taskId)).stop).toBeNull();
  });

  it('changes nothing of an agent that is over', async () => {
    const done = await taskThere(database.db, 'running');
    await complete(database.db, done);
    expect(await call(`POST /agents/${done.agentId}/stop`)).toMatchObject({
      status: 200,
      body: { status: 'completed', stopRequestedAt: null },
    });
  });
});

describe('POST /agents/kill-all', () => {
  it('says so when there is nothing to stop', async () => {
    expect(await call('POST /agents/kill-all')).toMatchObject({
      status: 200,
      body: { total: 0, killed: 0, failed: 0, errors: [], message: 'No agent is at work, and none waits.' },
    });
  });

  it('ends what had not begun, and waits for the confirmation of the rest', async () => {
    await taskThere(database.db, 'pending');
    const [dispatched, running] = [
      await taskThere(database.db, 'dispatched'),
      await taskThere(database.db, 'running', { repository: 'other/thing' }),
    ];
    using _ = onKill(running.taskId, () => confirmStopped(database.db, running));
    const { status, body } = await call('POST /agents/kill-all', { body: { reason: 'all of it' } });
    expect({ status, ...body }).toEqual({
      status: 200,
      message: '3 agents stopped, each confirmed.',
      total: 3,
      killed: 3,
      failed: 0,
      errors: [],
    });
    expect(await findTask(database.db, dispatched.taskId)).toMatchObject({
      state: 'killed',
      outcome: { message: 'Stopped by api (all of it).' },
    });
    expect((await stopStateOf(database.db, running.taskId)).kill).toMatchObject({ reason: 'all of it' });
  });

  it('counts only what is confirmed, and says of each other what is known', async () => {
    const [good, stuck] = [await taskThere(database.db, 'running', { number: 1 }), await taskThere(database.db, 'running', { number: 2 })];
    const left = new AbortController();
    using _ = onKill(stuck.taskId, async () => {
      await confirmStopped(database.db, good);
      await change(database.db, (tx) =>
        appendEvent(tx, {
          type: 'task.kill-unconfirmed',
          taskId: stuck.taskId,
          data: { reason: 'Not known: whether its sandbox is gone' },
        }),
      );
      // The caller hangs up: nobody has to wait for the longest that the server would.
      left.abort();
    });
    const { status, body } = await call('POST /agents/kill-all', { signal: left.signal });
    expect({ status, ...body }).toEqual({
      status: 202,
      message: '2 agents asked to stop: 1 confirmed, 1 not yet.',
      total: 2,
      killed: 1,
      failed: 1,
      errors: [
        {
          taskId: stuck.taskId,
          agentId: stuck.agentId,
          message: 'acme/duration#2: stop requested, not yet confirmed. Not known: whether its sandbox is gone',
        },
      ],
    });
  });

  function onKill(taskId: string, work: () => Promise<void>): Disposable {
    const off = notifications.on(`kill:${taskId}`, () => void work());
    return { [Symbol.dispose]: off };
  }
});

describe('GET /agents', () => {
  it('names those at work and the newest others, newest first', async () => {
    expect((await call('GET /agents')).body).toEqual({ agents: [] });
    const [done, live] = [await taskThere(database.db, 'running', { number: 1 }), await taskThere(database.db, 'running', { number: 2 })];
    await complete(database.db, done);
    const { status, body } = await call('GET /agents');
    expect(status).toBe(200);
    expect(body['agents']).toMatchObject([
      { agentId: live.agentId, taskId: live.taskId, status: 'running', repository: 'acme/duration', number: 2, agentType: 'worker' },
      { agentId: done.agentId, status: 'completed', number: 1, completedAt: expect.any(String) },
    ]);
  });

  it('names every one that is at work, however old', async () => {
    const old = await taskThere(database.db, 'running');
    await database.pool.query("update signalbox.agents set spawned_at = now() - interval '1 day'");
    for (let index = 0; index < 101; index++) await complete(database.db, await taskThere(database.db, 'running'));
    const { agents } = (await call('GET /agents')).body as { agents: { agentId: string }[] };
    expect(agents).toHaveLength(101);
    expect(agents.at(-1)!.agentId).toBe(old.agentId);
  });
});

describe('GET /agents/:agentId/status', () => {
  it('leaves out what has not happened', async () => {
    const { taskId, agentId } = await taskThere(database.db, 'running');
    const { status, body } = await call(`GET /agents/${agentId}/status`);
    expect(status).toBe(200);
    expect(body).toEqual({ agentId, taskId, status: 'running', spawnedAt: expect.any(String), startedAt: expect.any(String) });
  });

  it('tells a kill and its confirmation', async () => {
    const agent = await taskThere(database.db, 'running');
    await call(`POST /agents/${agent.agentId}/kill`);
    expect((await call(`GET /agents/${agent.agentId}/status`)).body).toMatchObject({
      status: 'running',
      killRequestedAt: expect.any(String),
    });
    await confirmStopped(database.db, agent);
    expect((await call(`GET /agents/${agent.agentId}/status`)).body).toMatchObject({
      status: 'killed',
      error: 'Stopped.',
      completedAt: expect.any(String),
      killConfirmedAt: expect.any(String),
    });
  });
});

describe('GET /agents/:agentId/events', () => {
  it('is the audit of one agent: who, by which way and why', async () => {
    const [agent, other] = [await taskThere(database.db, 'running'), await taskThere(database.db, 'running')];
    await call(`POST /agents/${other.agentId}/kill`, { body: { reason: 'not this' } });
    await call(`POST /agents/${agent.agentId}/kill`, { body: { reason: 'why not' }, headers: { 'x-signalbox-actor': 'ada' } });
    await confirmStopped(database.db, agent);
    const { body } = await call(`GET /agents/${agent.agentId}/events`);
    const events = body['events'] as { sequence: number; time: string; type: string; data: unknown }[];
    expect(events.map(({ type }) => type)).toEqual([
      'task.pending',
      'task.dispatched',
      'task.running',
      'agent.spawning',
      'agent.running',
      'task.kill-requested',
      'agent.killed',
      'task.killed',
      'task.kill-confirmed',
    ]);
    expect(events[5]).toEqual({
      sequence: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      type: 'task.kill-requested',
      taskId: agent.taskId,
      agentId: null,
      forge: 'github',
      repository: 'acme/duration',
      number: expect.any(Number),
      actor: 'api (ada)',
      requestId: ORIGIN.requestId,
      data: { actor: 'api (ada)', route: 'api', reason: 'why not' },
    });
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map(({ sequence }) => sequence).toSorted((a, b) => a - b));
    expect(body['next']).toBeNull();
  });

  it('comes in pages', async () => {
    const { agentId } = await taskThere(database.db, 'running');
    const first = await call(`GET /agents/${agentId}/events?limit=3`);
    expect(first.body['events']).toHaveLength(3);
    const second = await call(`GET /agents/${agentId}/events?limit=3&after=${String(first.body['next'])}`);
    expect((second.body['events'] as { type: string }[]).map(({ type }) => type)).toEqual(['agent.spawning', 'agent.running']);
    expect(second.body['next']).toBeNull();
  });

  it.each(['limit=0', 'limit=1001', 'after=-1', 'after=x', 'since=1'])('refuses ?%s', async (query) => {
    const { agentId } = await taskThere(database.db, 'running');
    expect(await call(`GET /agents/${agentId}/events?${query}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'http.invalid', details: [expect.anything()] } },
    });
  });
});

describe('GET /agents/:agentId', () => {
  it('is a page for a browser: whoever has the link may read it', async () => {
    const { agentId } = await taskThere(database.db, 'running');
    const response = await app.request(`/agents/${agentId}`, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('vary')).toContain('accept');
  });

  it('is everything about it for a program with a token', async () => {
    const { agentId, taskId } = await taskThere(database.db, 'running', { repository: 'acme/app', number: 7 });
    expect(await call(`GET /agents/${agentId}`)).toMatchObject({
      status: 200,
      body: { agentId, taskId, status: 'running', repository: 'acme/app', number: 7, model: 'a model', usage: { turns: 0 } },
    });
    expect((await app.request(`/agents/${agentId}`)).status).toBe(401);
  });
});

describe('the halt', () => {
  it('is set once, told, and lifted once', async () => {
    expect(await call('GET /halt')).toMatchObject({ status: 200, body: { halted: false } });
    const halted = { halted: true, actor: 'api (ada)', route: 'api', reason: 'maintenance', at: expect.any(String) };
    const first = await call('POST /halt', { body: { reason: 'maintenance' }, headers: { 'x-signalbox-actor': 'ada' } });
    expect(first).toMatchObject({ status: 200, body: halted });
    expect((await call('POST /halt', { body: { reason: 'again' } })).body).toMatchObject({
      ...halted,
      message: 'It was halted before, and that request stands.',
    });
    expect((await call('GET /halt')).body).toEqual(halted);
    expect((await call('POST /resume')).body).toMatchObject({ halted: false, message: 'The halt is lifted: what waited starts now.' });
    expect((await call('POST /resume')).body).toMatchObject({ halted: false, message: 'It was not halted.' });
    const events = await readEvents(database.db, { after: 0, limit: 10 });
    expect(events.map(({ type, data }) => [type, data['actor'], data['reason']])).toEqual([
      ['instance.halted', 'api (ada)', 'maintenance'],
      ['instance.resumed', 'api', 'no reason given'],
    ]);
  });
});

describe('the queue', () => {
  it('tells what waits and what is at work', async () => {
    for (const state of ['pending', 'pending', 'dispatched', 'running'] as const) await taskThere(database.db, state);
    expect(await call('GET /queue/stats')).toMatchObject({
      status: 200,
      body: { kind: 'postgres', waiting: 0, active: 0, paused: false, halted: false, tasks: { pending: 2, dispatched: 1, running: 1 } },
    });
  });

  it('is paused and resumed, and the audit log says by whom', async () => {
    expect(await call('POST /queue/pause', { body: { reason: 'upgrade' } })).toMatchObject({ status: 200, body: { paused: true } });
    expect((await call('GET /queue/stats')).body).toMatchObject({ paused: true });
    expect(await call('POST /queue/resume')).toMatchObject({ status: 200, body: { paused: false } });
    const events = await readEvents(database.db, { after: 0, limit: 10 });
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      ['queue.paused', { actor: 'api', route: 'api', reason: 'upgrade' }],
      ['queue.resumed', { actor: 'api', route: 'api', reason: 'no reason given' }],
    ]);
  });
});

describe('a name that the caller gives itself', () => {
  it.each([
    ['ada', 'api (ada)'],
    ['  ada   of acme ', 'api (ada of acme)'],
    ['', 'api'],
    ['<>`|', 'api'],
    ['x'.repeat(100), `api (${'x'.repeat(60)})`],
    ['j\u00f6rg', 'api (jörg)'],
  ])('%j is noted as %s', async (name, actor) => {
    const { taskId, agentId } = await taskThere(database.db, 'running');
    await call(`POST /agents/${agentId}/kill`, { headers: { 'x-signalbox-actor': name } });
    expect((await stopStateOf(database.db, taskId)).kill?.actor).toBe(actor);
  });
});
