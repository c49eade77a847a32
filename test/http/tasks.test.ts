import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { change } from '../../src/store/events.ts';
import { takeAgent } from '../../src/store/agents.ts';
import { stopStateOf, transitionTask } from '../../src/store/tasks.ts';
import { complete, taskThere } from '../support/tasks.ts';
import { openApiWorld, REPOSITORY, type ApiWorld, type Call } from './api-world.ts';

let world: ApiWorld;
let issue: number;
const call = (request: string, options?: Call) => world.call(request, options);

beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.store.pool.query('truncate signalbox.tasks, signalbox.agents, signalbox.events, signalbox.reports, signalbox.facts cascade');
  issue = (await world.github.as('ada').openIssue(REPOSITORY, { title: 'Mend it' })).number;
});

const about = (workItems: unknown[], rest: object = {}) => ({ context: { repository: REPOSITORY, workItems, ...rest } });

describe('POST /tasks', () => {
  it('makes a task about an issue, and says all that is known of it', async () => {
    const limits = { turns: 5 };
    const body = { ...about([issue, 'Mind the tests.', `#${issue + 100}`], { branch: 'next', skills: ['go'] }), agentType: 'tester' };
    const answer = await call('POST /tasks', { body: { ...body, gateProfile: 'strict', priority: 2, limits, instruction: 'Be quick.' } });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        state: 'pending',
        forge: 'github',
        repository: REPOSITORY,
        number: issue,
        subjectKind: 'issue',
        agentType: 'tester',
        gateProfile: 'strict',
        priority: 2,
        limits,
        requestedBy: 'api',
        baseBranch: 'next',
        instruction: `Be quick.\n\nMind the tests.\n\nIt also concerns #${issue + 100}.\n\nSkills to use where the repository has them: go.`,
        agentId: expect.any(String),
      },
    });
    expect(await call(`GET /tasks/${answer.body.taskId}`)).toMatchObject({ status: 200, body: { ...answer.body, gates: [] } });
  });

  it.each([
    ['its address', () => ({ context: { workItems: [`${world.github.url}/${REPOSITORY}/issues/${issue}`] } })],
    ['its number as a text', () => about([`#${issue}`])],
    ['the repository’s address', () => ({ context: { repository: `${world.github.url}/${REPOSITORY}.git`, workItems: [issue] } })],
    ['the repository’s address and its own', () => about([`${world.github.url}/${REPOSITORY}/issues/${issue}#issuecomment-3`])],
  ])('finds the issue by %s', async (_, body) => {
    expect(await call('POST /tasks', { body: body() })).toMatchObject({ status: 201, body: { number: issue, instruction: null } });
  });

  it('makes one task of one id, however often it is asked', async () => {
    const body = { ...about([issue]), taskId: randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => call('POST /tasks', { body })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(new Set(answers.map((answer) => answer.body.taskId))).toEqual(new Set([body.taskId]));
  });

  it('refuses a second task of an issue, and names the first', async () => {
    const { body } = await call('POST /tasks', { body: about([issue]) });
    const again = await call('POST /tasks', { body: about([issue]) });
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'task.busy' } } });
    expect(again.body.error.message).toContain(body.taskId);
  });

  it.each([
    ['an issue that is not there', () => about([999]), 'task.no-subject'],
    ['texts alone', () => about(['Do something.']), 'task.no-subject'],
    ['a repository of no forge here', () => ({ context: { repository: 'https://git.example/a/b', workItems: [1] } }), 'task.no-repository'],
    ['a forge that is not here', () => ({ context: { repository: REPOSITORY, forge: 'gitea', workItems: [1] } }), 'task.no-repository'],
    ['no repository', () => ({ context: { workItems: [1] } }), 'task.no-repository'],
    ['a repository without the App', () => ({ context: { repository: 'else/where', workItems: [1] } }), 'forge.not-installed'],
  ])('answers 422 to %s', async (_, body, code) => {
    const answer = await call('POST /tasks', { body: body() });
    expect(answer).toMatchObject({ status: 422, body: { error: { code } } });
    expect((await call('GET /tasks')).body.tasks).toEqual([]);
  });

  it.each([
    ['no items', about([])],
    ['an item that is nothing', about([''])],
    ['a priority beyond ten', { ...about([1]), priority: 11 }],
    ['a limit that is none', { ...about([1]), limits: { turns: 0 } }],
    ['a branch that git would not take', about([1], { branch: '../main' })],
    ['an unknown kind of agent', { ...about([1]), agentType: 'boss' }],
    ['a task id that is none', { ...about([1]), taskId: '7' }],
    ['what it does not know', { ...about([1]), colour: 'red' }],
  ])('answers 400 to %s', async (_, body) => {
    expect(await call('POST /tasks', { body })).toMatchObject({ status: 400, body: { error: { code: 'http.invalid' } } });
  });

  it('says so when the forge does not answer', async () => {
    const fault = world.github.fail({ match: /\/issues\//, status: 502, times: 10 });
    expect(await call('POST /tasks', { body: about([issue]) })).toMatchObject({
      status: 503,
      body: { error: { code: 'forge.server-error' } },
    });
    fault.cancel();
  });
});

describe('POST /agents/spawn', () => {
  const spawn = () => ({ ...about([issue]), taskId: randomUUID(), agentType: 'worker', gateProfile: 'minimal' });

  it('promises an agent, which is the one that the worker makes', async () => {
    const body = spawn();
    const answer = await call('POST /agents/spawn', { body });
    expect(answer).toMatchObject({ status: 201, body: { agentId: expect.any(String), taskId: body.taskId, status: 'spawning' } });
    const { agentId } = answer.body as { agentId: string };
    expect((await call(`GET /agents/${agentId}/status`)).body).toEqual({
      agentId,
      taskId: body.taskId,
      status: 'spawning',
      spawnedAt: expect.any(String),
    });
    expect((await call('GET /agents')).body.agents).toMatchObject([{ agentId, status: 'spawning' }]);
    await change(world.db, async (tx) => {
      await transitionTask(tx, body.taskId, 'dispatched');
      await takeAgent(tx, { id: randomUUID(), taskId: body.taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 60_000 });
    });
    expect((await call('GET /agents')).body.agents).toMatchObject([{ agentId, status: 'spawning', worker: 'w' }]);
    expect(await call('POST /agents/spawn', { body })).toMatchObject({ status: 200, body: { agentId, status: 'spawning' } });
  });

  it('promises one that can be killed before it begins', async () => {
    const { agentId } = (await call('POST /agents/spawn', { body: spawn() })).body as { agentId: string };
    expect(await call(`POST /agents/${agentId}/kill`)).toMatchObject({ status: 200, body: { status: 'killed' } });
    expect((await call(`GET /agents/${agentId}/status`)).body).toMatchObject({
      status: 'killed',
      completedAt: expect.any(String),
      error: expect.stringContaining('Stopped by api'),
    });
    expect((await call('GET /agents')).body.agents).toEqual([]);
  });

  it.each(['taskId', 'agentType', 'context'])('needs %s', async (name) => {
    const answer = await call('POST /agents/spawn', { body: { ...spawn(), [name]: undefined } });
    expect(answer).toMatchObject({ status: 400, body: { error: { details: [{ path: name }] } } });
  });
});

describe('POST /tasks/:id/retry', () => {
  it('asks for the same again, with something added', async () => {
    const { body: first } = await call('POST /tasks', { body: { ...about([issue, 'One.']), limits: { turns: 3 }, priority: 1 } });
    await call(`DELETE /tasks/${first.taskId}`);
    const answer = await call(`POST /tasks/${first.taskId}/retry`, { body: { instruction: 'Two.' } });
    expect(answer).toMatchObject({
      status: 201,
      body: { continues: first.taskId, number: issue, instruction: 'One.\n\nTwo.', limits: { turns: 3 }, priority: 1, state: 'pending' },
    });
    expect(answer.body.taskId).not.toBe(first.taskId);
  });

  it('waits for the one that is at work', async () => {
    const { taskId } = await taskThere(world.db, 'running');
    expect(await call(`POST /tasks/${taskId}/retry`)).toMatchObject({ status: 409, body: { error: { code: 'task.busy' } } });
  });
});

describe('PATCH /tasks/:id', () => {
  it('changes what waits, and notes who did', async () => {
    const { taskId } = await taskThere(world.db, 'pending');
    const body = { priority: 1, limits: { costUsd: 0.5 } };
    expect(await call(`PATCH /tasks/${taskId}`, { body })).toMatchObject({ status: 200, body });
    expect(await call(`PATCH /tasks/${taskId}`, { body: { limits: null } })).toMatchObject({ body: { priority: 1, limits: null } });
    const { events } = (await call('GET /audit?type=task.edited')).body as { events: unknown[] };
    expect(events).toMatchObject([{ data: { limits: null } }, { actor: 'api', data: body }]);
  });

  it.each(['dispatched', 'running'] as const)('leaves a task that is %s as it is', async (state) => {
    const { taskId } = await taskThere(world.db, state);
    expect(await call(`PATCH /tasks/${taskId}`, { body: { priority: 1 } })).toMatchObject({
      status: 409,
      body: { error: { code: 'task.not-pending' } },
    });
    expect((await call(`GET /tasks/${taskId}`)).body.priority).toBe(5);
  });

  it.each([{}, { priority: 0 }, { limits: { turns: 'many' } }, { state: 'completed' }])('refuses %j', async (body) => {
    const { taskId } = await taskThere(world.db, 'pending');
    expect(await call(`PATCH /tasks/${taskId}`, { body })).toMatchObject({ status: 400 });
  });
});

describe('DELETE /tasks/:id', () => {
  it('ends what waits', async () => {
    const { taskId } = await taskThere(world.db, 'dispatched');
    expect(await call(`DELETE /tasks/${taskId}?reason=not%20now`)).toMatchObject({ status: 200, body: { state: 'killed' } });
    expect((await stopStateOf(world.db, taskId)).kill).toEqual({ actor: 'api', route: 'api', reason: 'not now' });
  });

  it('asks what is at work to stop, and says what is true of what is over', async () => {
    const [live, over] = [await taskThere(world.db, 'running'), await taskThere(world.db, 'running')];
    await complete(world.db, over);
    const answer = await call(`DELETE /tasks/${live.taskId}`);
    expect(answer).toMatchObject({ status: 202, body: { state: 'running', killRequestedAt: expect.any(String), killConfirmedAt: null } });
    expect(await call(`DELETE /tasks/${over.taskId}`)).toMatchObject({ status: 200, body: { state: 'completed', killRequestedAt: null } });
  });
});

describe('GET /tasks', () => {
  it('is filtered', async () => {
    const pending = await taskThere(world.db, 'pending', { repository: 'acme/one', number: 7 });
    const running = await taskThere(world.db, 'running', { repository: 'acme/two', number: 7 });
    const ids = async (query: string) =>
      ((await call(`GET /tasks?${query}`)).body.tasks as { taskId: string }[]).map(({ taskId }) => taskId);
    expect(await ids('state=pending')).toEqual([pending.taskId]);
    expect(await ids('state=running,pending')).toEqual([running.taskId, pending.taskId]);
    expect(await ids('repository=acme/two')).toEqual([running.taskId]);
    expect(await ids('number=7&forge=github&requestedBy=ada&agentType=worker')).toEqual([running.taskId, pending.taskId]);
    expect(await ids('requestedBy=eve')).toEqual([]);
    expect((await call('GET /tasks')).body.tasks).toMatchObject([{ agentId: running.agentId }, { agentId: null }]);
  });

  it('comes in pages, which new tasks do not shift', async () => {
    const made: string[] = [];
    for (let count = 0; count < 5; count++) made.unshift((await taskThere(world.db, 'pending')).taskId);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await call(`GET /tasks?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...(body.tasks as { taskId: string }[]).map(({ taskId }) => taskId));
      if (cursor === '') await taskThere(world.db, 'pending');
      cursor = body.next as string | null;
    }
    expect(seen).toEqual(made);
  });

  it.each(['state=lost', 'limit=0', 'limit=201', 'cursor=abc', 'number=x', 'colour=red'])('refuses ?%s', async (query) => {
    expect(await call(`GET /tasks?${query}`)).toMatchObject({ status: 400, body: { error: { code: 'http.invalid' } } });
  });
});

describe('GET /audit', () => {
  it('says who did what and why, newest first, and leaves out what agents do', async () => {
    const { taskId, agentId } = await taskThere(world.db, 'running', { repository: 'acme/one' });
    await call(`POST /agents/${agentId}/kill`, { body: { reason: 'because' }, headers: { 'x-signalbox-actor': 'ada' } });
    await call('POST /halt', { body: { reason: 'lunch' } });
    const { events } = (await call('GET /audit')).body as { events: { type: string }[] };
    expect(events).toMatchObject([
      { type: 'instance.halted', actor: 'api', data: { reason: 'lunch' }, repository: null },
      { type: 'task.kill-requested', actor: 'api (ada)', taskId, repository: 'acme/one', data: { reason: 'because', route: 'api' } },
      { type: 'task.pending', actor: 'ada', taskId },
    ]);
    for (const query of ['actor=api', 'type=instance.halted', 'limit=1'])
      expect((await call(`GET /audit?${query}`)).body.events, query).toEqual([events[0]]);
    for (const query of ['actor=api%20(ada)', 'type=task.kill-requested&repository=acme/one'])
      expect((await call(`GET /audit?${query}`)).body.events, query).toEqual([events[1]]);
    const page = await call('GET /audit?limit=1');
    expect((await call(`GET /audit?limit=1&cursor=${page.body.next}`)).body.events).toEqual([events[1]]);
    expect((await call('GET /audit?since=2999-01-01T00:00:00Z')).body).toEqual({ events: [], next: null });
    expect((await call(`GET /audit?until=2999-01-01T00:00:00%2B02:00&taskId=${taskId}`)).body.events).toHaveLength(2);
  });

  it.each(['type=agent.step', 'since=yesterday', 'taskId=7', 'cursor=%21'])('refuses ?%s', async (query) => {
    expect(await call(`GET /audit?${query}`)).toMatchObject({ status: 400 });
  });
});
