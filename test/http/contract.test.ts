import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../src/domain/role.ts';
import { appendStep } from '../../src/store/steps.ts';
import { change } from '../../src/store/events.ts';
import { putGate } from '../../src/store/gates.ts';
import { complete, taskThere } from '../support/tasks.ts';
import { openApiWorld, REPOSITORY, type Answer, type Call } from './api-world.ts';
import { createJudge, operationsOf, type Document, type Operation } from './openapi-document.ts';

/** Every operation of the document is called here, and every answer held against it. */

const world = await openApiWorld();
const document = (await world.call('GET /openapi.json', { token: null })).body as Document;
const judge = createJudge(document);
const operations = operationsOf(document);
const tokens = new Map<Role, string>();

beforeAll(async () => {
  for (const role of ROLES)
    tokens.set(role, ((await world.call('POST /tokens', { body: { name: role, role } })).body as { token: string }).token);
});
afterAll(() => world[Symbol.asyncDispose]());

const live = async () => `/agents/${(await taskThere(world.db, 'running')).agentId}`;
const task = async (state: 'pending' | 'running' = 'pending') => `/tasks/${(await taskThere(world.db, state)).taskId}`;
const issue = async () => (await world.github.as('ada').openIssue(REPOSITORY, { title: 'Mend it' })).number;
const context = async () => ({ repository: REPOSITORY, workItems: [await issue(), 'Mind the tests.'] });
const onGit = (workItems: unknown[] = ['Mend it.']) => ({ repository: world.address, branch: 'main', workItems });

/** How each is called so that it can be done: its path and query, and its body. Several ways where their answers differ. */
const VALID: Readonly<Record<string, () => Promise<readonly (string | [string, unknown])[]>>> = {
  'GET /health': async () => ['/health'],
  'GET /health/ready': async () => ['/health/ready'],
  'POST /agents/spawn': async () => [
    ['/agents/spawn', { taskId: randomUUID(), agentType: 'worker', context: await context() }],
    ['/agents/spawn', { taskId: randomUUID(), agentType: 'worker', context: onGit() }],
    ['/agents/spawn', { taskId: randomUUID(), agentType: 'worker', context: onGit([7]) }],
  ],
  'GET /agents': async () => [(await live()) && '/agents'],
  'GET /agents/{agentId}': async () => [await live(), await ended()],
  'GET /agents/{agentId}/status': async () => [`${await live()}/status`, `${await ended()}/status`],
  'GET /agents/{agentId}/transcript': async () => [`${await told()}/transcript`, `${await told()}/transcript?from=1&limit=1`],
  'GET /agents/{agentId}/events': async () => [`${await live()}/events?limit=2`],
  'POST /agents/{agentId}/kill': async () => [[`${await live()}/kill`, { reason: 'why not' }], `${await ended()}/kill`],
  'POST /agents/{agentId}/stop': async () => [`${await live()}/stop`, `${await ended()}/stop`],
  // Nothing is at work then, so that nobody waits for a confirmation.
  'POST /agents/kill-all': async () => [
    (await world.store.pool.query('delete from signalbox.agents; delete from signalbox.reports; delete from signalbox.tasks')) &&
      '/agents/kill-all',
  ],
  'GET /agents/events': async () => ['/agents/events'],
  'GET /agents/events/recent': async () => ['/agents/events/recent', '/agents/events/recent?after=0&limit=5&type=task.pending'],
  'GET /queue/stats': async () => ['/queue/stats'],
  'POST /queue/pause': async () => ['/queue/pause'],
  'POST /queue/resume': async () => ['/queue/resume'],
  'GET /halt': async () => ['/halt'],
  'POST /halt': async () => [['/halt', { reason: 'lunch' }]],
  'POST /resume': async () => ['/resume'],
  'GET /tasks': async () => [(await task()) && '/tasks', '/tasks?state=pending,running&limit=1'],
  'POST /tasks': async () => [
    ['/tasks', { context: await context(), limits: { turns: 3 }, priority: 1 }],
    ['/tasks', { context: onGit() }],
  ],
  'GET /tasks/{id}': async () => [await task(), await judged()],
  'PATCH /tasks/{id}': async () => [
    [await task(), { priority: 2, limits: { costUsd: 1 } }],
    [await task('running'), { priority: 2 }],
  ],
  'DELETE /tasks/{id}': async () => [await task(), await task('running')],
  'POST /tasks/{id}/retry': async () => [`${await over()}/retry`, `${await task('running')}/retry`],
  'GET /audit': async () => ['/audit', '/audit?limit=1&actor=ada'],
  'GET /metrics': async () => ['/metrics'],
  'GET /tokens': async () => ['/tokens'],
  'POST /tokens': async () => [['/tokens', { name: 'ci', role: 'viewer', expiresInDays: 30 }]],
  'DELETE /tokens/{id}': async () => [
    `/tokens/${((await world.call('POST /tokens', { body: { name: 'ci', role: 'viewer' } })).body as { id: string }).id}`,
  ],
};

async function ended(): Promise<string> {
  const one = await taskThere(world.db, 'running');
  await complete(world.db, one);
  return `/agents/${one.agentId}`;
}

async function over(): Promise<string> {
  const one = await taskThere(world.db, 'running');
  await complete(world.db, one);
  return `/tasks/${one.taskId}`;
}

async function told(): Promise<string> {
  const { agentId } = await taskThere(world.db, 'running');
  await appendStep(world.db, agentId, 0, { kind: 'opening', at: 0, system: 's', messages: [] });
  await appendStep(world.db, agentId, 1, { kind: 'note', at: 1, reason: 'nudge', text: 'Go on.' });
  return `/agents/${agentId}`;
}

async function judged(): Promise<string> {
  const { taskId, agentId } = await taskThere(world.db, 'running');
  const finding = { severity: 'error', path: 'a.ts', line: 3, endLine: null, rule: 'TS1', message: 'No.' } as const;
  const rest = { required: true, summary: '1 error', command: 'tsc', log: 'a.ts(3): No.', durationMs: 12, coverage: null };
  await change(world.db, (tx) => putGate(tx, taskId, agentId, 0, { gate: 'typecheck', state: 'failed', findings: [finding], ...rest }));
  return `/tasks/${taskId}`;
}

/** Calls it, and holds the answer against the document. A stream is let go once it has begun. */
async function hold(operation: Operation, request: string, call: Call = {}): Promise<Answer> {
  const answer =
    request.startsWith('GET /agents/events') && !request.includes('recent') ? await begin(request, call) : await world.call(request, call);
  expect(judge(operation, answer.status, answer.headers.get('content-type') ?? '', answer.body), request).toBeNull();
  return answer;
}

async function begin(request: string, { token = tokens.get('admin')! }: Call): Promise<Answer> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await world.app.request(request.replace('GET ', ''), { headers });
  const stream = response.headers.get('content-type')!.startsWith('text/event-stream');
  const body = stream ? '' : await response.json();
  if (stream) await response.body!.cancel();
  return { status: response.status, body, headers: response.headers };
}

it('the document is one of OpenAPI 3.1, and shown as a page that fetches nothing', async () => {
  expect(document.openapi).toBe('3.1.0');
  const page = await world.app.request('/docs', { headers: { accept: 'text/html' } });
  const text = await page.text();
  for (const name of operations.keys()) expect(text).toContain(`<code>${name}</code>`);
  expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
});

it('each operation of the document is called here, and no other', () => {
  expect([...operations.keys()].toSorted()).toEqual(Object.keys(VALID).toSorted());
});

type Named = readonly [name: string, operation: Operation];
const those = (which: (named: Named) => unknown): Named[] => [...operations].filter(which);
const roleOf = (operation: Operation) => operation['x-role'] as Role | undefined;

describe('answers as the document says:', () => {
  it.each([...operations])('%s', async (name, operation) => {
    const statuses: number[] = [];
    for (const way of await VALID[name]!()) {
      const [path, body] = typeof way === 'string' ? [way, undefined] : way;
      const token = tokens.get(roleOf(operation) ?? 'viewer')!;
      statuses.push((await hold(operation, `${methodOf(name)} ${path}`, { body, token })).status);
    }
    expect(statuses[0]).toBeLessThan(300);
  });
});

describe('refuses what it does not know:', () => {
  const takeSomething = those(([, { requestBody, parameters }]) => requestBody ?? parameters?.some((one) => one.in === 'query'));
  it.each(takeSomething)('%s', async (name, operation) => {
    const byBody = operation.requestBody !== undefined;
    const { status, body } = await hold(
      operation,
      `${nowhere(name)}${byBody ? '' : '?colour=red'}`,
      byBody ? { body: { colour: 'red' } } : {},
    );
    const unknown = expect.objectContaining({ message: expect.stringContaining('colour') as string }) as object;
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { code: 'http.invalid', details: expect.arrayContaining([unknown]) } },
    });
  });
});

describe('refuses whoever has no token, a wrong one, or too low a role:', () => {
  it.each(those(([, operation]) => roleOf(operation)))('%s', async (name, operation) => {
    for (const token of [null, 'wrong']) {
      const answer = await hold(operation, nowhere(name), { token });
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'http.unauthorised' } } });
    }
    const lower = ROLES.slice(0, ROLES.indexOf(roleOf(operation)!));
    for (const role of lower) {
      const answer = await hold(operation, nowhere(name), { token: tokens.get(role)! });
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'http.forbidden' } } });
    }
  });

  it('and nobody else is let in without one, but to look at the health', () => {
    expect(those(([, operation]) => !operation.security).map(([name]) => name)).toEqual(['GET /health', 'GET /health/ready']);
  });
});

describe('answers 404 to an id that is nobody’s, or none:', () => {
  it.each(those(([name]) => name.includes('{')))('%s', async (name, operation) => {
    const body = methodOf(name) === 'PATCH' ? { priority: 1 } : undefined;
    for (const request of [nowhere(name), nowhere(name, 'nothing')]) {
      const answer = await hold(operation, request, { body });
      expect(answer).toMatchObject({ status: 404, body: { error: { code: expect.stringMatching(/not-found$/) } } });
    }
  });
});

function methodOf(name: string): string {
  return name.split(' ')[0]!;
}

/** An operation on something that is not there. */
function nowhere(name: string, id: string = randomUUID()): string {
  return name.replace(/\{\w+\}/, id);
}
