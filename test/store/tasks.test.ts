import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENT_STATES, AGENT_TRANSITIONS, type AgentState } from '../../src/domain/agent.ts';
import { isTerminal, TASK_STATES, TASK_TRANSITIONS } from '../../src/domain/task.ts';
import { findAgent, takeAgent, transitionAgent } from '../../src/store/agents.ts';
import type { Database } from '../../src/store/database.ts';
import { change, readEvents } from '../../src/store/events.ts';
import {
  createTask,
  findTask,
  latestTaskOf,
  liveTaskOf,
  noteOnTask,
  requestKill,
  stopStateOf,
  taskOfCommit,
  tasksIn,
  transitionTask,
} from '../../src/store/tasks.ts';
import { anySubject, openStore, taskIn, wishFor } from './open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const LIVE = TASK_STATES.filter((state) => !isTerminal(state));

async function eventsOf(taskId: string): Promise<string[]> {
  return (await readEvents(store.db, { after: 0, limit: 100, taskId })).map(({ type }) => type);
}

describe('a task is made', () => {
  test('once for a cause: asking again gives the same one, whatever became of it', async () => {
    const wish = wishFor({ instruction: 'with \0 and \uD800 in it', profile: 'strict', priority: 2 });
    const first = await change(store.db, (tx) => createTask(tx, wish));
    expect(first).toMatchObject({
      created: { id: wish.id, state: 'pending', profile: 'strict', priority: 2, instruction: 'with  and \uFFFD in it' },
    });
    const again = await change(store.db, (tx) => createTask(tx, { ...wish, id: randomUUID() }));
    expect(again).toMatchObject({ same: { id: wish.id } });
    await change(store.db, (tx) => transitionTask(tx, wish.id, 'killed'));
    expect(await change(store.db, (tx) => createTask(tx, { ...wish, id: randomUUID() }))).toMatchObject({ same: { state: 'killed' } });
    expect(await eventsOf(wish.id)).toEqual(['task.pending', 'task.killed']);
  });

  test.each(LIVE.map((state) => [state]))('not beside one of the same subject that is %s', async (state) => {
    const subject = anySubject();
    const id = await taskIn(store, state, { subject });
    expect(await change(store.db, (tx) => createTask(tx, wishFor({ subject })))).toMatchObject({ busy: { id } });
  });

  test.each(TASK_STATES.filter(isTerminal).map((state) => [state]))('after one of the same subject that is %s', async (state) => {
    const subject = anySubject();
    const earlier = await taskIn(store, state, { subject });
    const later = wishFor({ subject, continues: earlier });
    expect(await change(store.db, (tx) => createTask(tx, later))).toMatchObject({ created: { id: later.id, continues: earlier } });
    expect((await latestTaskOf(store.db, subject))!.id).toBe(later.id);
  });

  test('once for a subject, by many who ask at once', async () => {
    const subject = anySubject();
    const made = await Promise.all(Array.from({ length: 20 }, () => change(store.db, (tx) => createTask(tx, wishFor({ subject })))));
    expect(made.filter((creation) => 'created' in creation)).toHaveLength(1);
    expect(made.filter((creation) => 'busy' in creation)).toHaveLength(19);
  });

  test('not twice for a subject even by somebody who goes past the rule', async () => {
    const subject = anySubject();
    await taskIn(store, 'running', { subject });
    const copy = store.pool.query(
      `insert into signalbox.tasks (id, cause, forge, repository, number, subject_kind, asked_on, purpose, agent_type, priority, requested_by_login, requested_by_id, state)
       values ($1::uuid, $1::text, 'github', 'acme/app', $2, 'issue', $2, 'work', 'worker', 5, 'ada', 1, 'pending')`,
      [randomUUID(), subject.number],
    );
    await expect(copy).rejects.toThrow('tasks_one_live');
  });
});

describe('a task goes only where its states lead', () => {
  for (const from of TASK_STATES) {
    for (const to of TASK_STATES) {
      const may = TASK_TRANSITIONS[from].includes(to);
      test(`${from} → ${to}: ${may ? 'yes' : 'no'}`, async () => {
        const id = await taskIn(store, from);
        const before = await eventsOf(id);
        const outcome = { code: 'x', message: 'As said.', nextStep: null };
        expect(await change(store.db, (tx) => transitionTask(tx, id, to, { outcome, branch: 'agent/1-x' }))).toBe(may);
        expect(await findTask(store.db, id)).toMatchObject(
          may ? { state: to, outcome, branch: 'agent/1-x' } : { state: from, outcome: null, branch: null },
        );
        expect(await eventsOf(id)).toEqual(may ? [...before, `task.${to}`] : before);
      });
    }
  }

  test('for one of many who move it at once', async () => {
    const id = await taskIn(store, 'running');
    const ends = (['completed', 'failed', 'killed'] as const).flatMap((to) => Array.from({ length: 5 }, () => to));
    const moved = await Promise.all(ends.map((to) => change(store.db, (tx) => transitionTask(tx, id, to))));
    expect(moved.filter(Boolean)).toHaveLength(1);
  });

  test('with whatever words end it', async () => {
    const id = await taskIn(store, 'running');
    const outcome = { code: 'no-change', message: 'It says: \uD83D and \0', nextStep: null };
    expect(await noteOnTask(store.db, id, { outcome })).toBe(true);
    expect(await change(store.db, (tx) => transitionTask(tx, id, 'failed', { outcome }))).toBe(true);
    expect((await findTask(store.db, id))!.outcome).toEqual({ ...outcome, message: 'It says: \uFFFD and ' });
  });

  test('and one that nobody made goes nowhere', async () => {
    expect(await change(store.db, (tx) => transitionTask(tx, randomUUID(), 'killed'))).toBe(false);
  });
});

describe('an agent goes only where its states lead', () => {
  const WAYS: Readonly<Record<AgentState, readonly AgentState[]>> = {
    spawning: [],
    running: ['running'],
    completed: ['running', 'completed'],
    failed: ['failed'],
    killed: ['killed'],
  };
  for (const from of AGENT_STATES) {
    for (const to of AGENT_STATES) {
      const may = AGENT_TRANSITIONS[from].includes(to);
      test(`${from} → ${to}: ${may ? 'yes' : 'no'}`, async () => {
        const taskId = await taskIn(store, 'dispatched');
        const id = randomUUID();
        await change(store.db, async (tx) => {
          await takeAgent(tx, { id, taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 1000 });
          for (const state of WAYS[from]) await transitionAgent(tx, id, state);
        });
        expect(await change(store.db, (tx) => transitionAgent(tx, id, to, 'why'))).toBe(may);
        expect((await findAgent(store.db, id))!.state).toBe(may ? to : from);
      });
    }
  }
});

describe('a stop', () => {
  const request = { actor: 'ada', route: 'comment', reason: 'wrong issue' };
  test.each(LIVE.map((state) => [state]))('is written down of a task that is %s, the first one for good', async (state) => {
    const id = await taskIn(store, state);
    expect(await change(store.db, (tx) => requestKill(tx, id, request))).toEqual({ state, first: true });
    expect(await change(store.db, (tx) => requestKill(tx, id, { ...request, actor: 'bob' }))).toEqual({ state, first: false });
    expect((await stopStateOf(store.db, id)).kill).toEqual(request);
    expect((await eventsOf(id)).filter((type) => type === 'task.kill-requested')).toHaveLength(1);
  });

  test.each(TASK_STATES.filter(isTerminal).map((state) => [state]))('does nothing to a task that is %s', async (state) => {
    const id = await taskIn(store, state);
    expect(await change(store.db, (tx) => requestKill(tx, id, request))).toBeNull();
    expect((await stopStateOf(store.db, id)).kill).toBeNull();
  });

  test('is kept, whatever its reason', async () => {
    const id = await taskIn(store, 'running');
    await change(store.db, (tx) => requestKill(tx, id, { ...request, reason: 'because \uD83D\0' }));
    expect((await stopStateOf(store.db, id)).kill!.reason).toBe('because \uFFFD');
  });

  test('keeps a worker from taking the task', async () => {
    const taskId = await taskIn(store, 'dispatched');
    await change(store.db, (tx) => requestKill(tx, taskId, request));
    expect(
      await change(store.db, (tx) => takeAgent(tx, { id: randomUUID(), taskId, worker: 'w', host: 'h', model: 'm', leaseMs: 1000 })),
    ).toBeNull();
  });
});

describe('tasks are found', () => {
  test('by their issue and by the pull request that they opened, in their own repository', async () => {
    const [subject, pull] = [anySubject(), anySubject()];
    const id = await taskIn(store, 'running', { subject });
    expect(await noteOnTask(store.db, id, { pullRequest: pull.number, headSha: 'a'.repeat(40), branch: 'agent/9-y' })).toBe(true);
    for (const place of [subject, pull]) {
      expect((await liveTaskOf(store.db, place))!.id).toBe(id);
      expect((await latestTaskOf(store.db, place, 'work'))!.id).toBe(id);
      expect(await latestTaskOf(store.db, place, 'gates')).toBeNull();
      expect(await latestTaskOf(store.db, { ...place, repository: 'acme/other' })).toBeNull();
      expect(await latestTaskOf(store.db, { ...place, forge: 'gitea' })).toBeNull();
    }
    expect((await taskOfCommit(store.db, 'github', 'acme/app', 'a'.repeat(40)))!.id).toBe(id);
  });

  test('by how urgent they are, and then by their age', async () => {
    await using own = await openStore();
    const ids = [];
    for (const priority of [5, 1, 5, 10, 1]) ids.push(await taskIn(own, 'pending', { priority }));
    await taskIn(own, 'dispatched', { priority: 1 });
    expect((await tasksIn(own.db, ['pending'], 4)).map(({ id }) => id)).toEqual([ids[1], ids[4], ids[0], ids[2]]);
  });

  test('and what is over keeps its facts', async () => {
    const id = await taskIn(store, 'completed');
    expect(await noteOnTask(store.db, id, { pullRequest: 5 })).toBe(false);
    expect((await findTask(store.db, id))!.pullRequest).toBeNull();
  });
});
