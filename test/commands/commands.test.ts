import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandAnswer, CommandContext } from '../../src/commands/command.ts';
import { COMMANDS, findCommand } from '../../src/commands/registry.ts';
import type { SubjectRef } from '../../src/domain/task.ts';
import type { Database } from '../../src/store/database.ts';
import { change } from '../../src/store/events.ts';
import { findTask, latestTaskOf, requestKill, stopStateOf, transitionTask } from '../../src/store/tasks.ts';
import { anySubject, openStore, taskIn } from '../store/open.ts';
import { ORIGIN } from '../support/origin.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

interface Asking extends Partial<Omit<CommandContext, 'db'>> {
  readonly args?: readonly string[];
  readonly text?: string;
}

function ask(name: string, subject: SubjectRef, { args = [], text = '', ...changes }: Asking = {}): Promise<CommandAnswer> {
  const sender = { login: 'bob', id: 2, isBot: false };
  const context = {
    db: store.db,
    subject,
    subjectKind: 'issue' as const,
    sender,
    cause: `test/${randomUUID()}`,
    origin: ORIGIN,
    route: 'comment',
    ...changes,
  };
  return findCommand(name)!.run(context, { args, text });
}

const DONE = { ok: true, reply: null };
const PUBLISHED = { branch: 'agent/1-x', pullRequest: 900_001, headSha: 'f'.repeat(40) };

async function published(subject: SubjectRef, pullRequest: number): Promise<string> {
  const id = await taskIn(store, 'running', { subject, agentType: 'tester', profile: 'strict', priority: 2, instruction: 'as I said' });
  await change(store.db, (tx) => transitionTask(tx, id, 'completed', { ...PUBLISHED, pullRequest }));
  return id;
}

describe('every command', () => {
  test('is described in a sentence, asks for a permission, and is found by its name', () => {
    for (const command of COMMANDS) {
      expect(command.summary, command.name).toMatch(/^[A-Z].*\.$/);
      expect(command.usage.split(' ')[0]).toBe(command.name);
      expect(['write', 'maintain']).toContain(command.permission);
      expect(findCommand(command.name)).toBe(command);
    }
    expect(findCommand('dance')).toBeNull();
    expect(findCommand('constructor')).toBeNull();
  });
});

describe('run', () => {
  test('makes a task of what was asked, by whom, where', async () => {
    const subject = anySubject();
    expect(await ask('run', subject, { args: ['reviewer', '--priority=2', 'briefly'] })).toEqual(DONE);
    expect(await latestTaskOf(store.db, subject)).toMatchObject({
      state: 'pending',
      purpose: 'work',
      agentType: 'reviewer',
      priority: 2,
      instruction: 'briefly',
      requestedBy: { login: 'bob', id: 2 },
      askedOn: subject.number,
      pullRequest: null,
      continues: null,
    });
  });

  test('makes one task, however often the same asking comes', async () => {
    const subject = anySubject();
    const cause = `test/${randomUUID()}`;
    for (let again = 0; again < 3; again++) expect(await ask('run', subject, { cause })).toEqual(DONE);
    const task = (await latestTaskOf(store.db, subject))!;
    await change(store.db, (tx) => transitionTask(tx, task.id, 'failed'));
    expect(await ask('run', subject, { cause })).toEqual(DONE);
    expect((await latestTaskOf(store.db, subject))!.id).toBe(task.id);
  });

  test('goes on where an earlier task was, asked on its issue or on its pull request', async () => {
    const subject = anySubject();
    const first = await published(subject, 900_010);
    expect(await ask('run', { ...subject, number: 900_010 }, { subjectKind: 'pull' })).toEqual(DONE);
    expect(await latestTaskOf(store.db, subject)).toMatchObject({
      subject,
      askedOn: 900_010,
      branch: 'agent/1-x',
      pullRequest: 900_010,
      continues: first,
      agentType: 'worker',
      profile: null,
    });
  });

  test('works on the branch of a pull request that a person opened', async () => {
    const subject = anySubject();
    expect(await ask('run', subject, { subjectKind: 'pull' })).toEqual(DONE);
    expect(await latestTaskOf(store.db, subject)).toMatchObject({ subjectKind: 'pull', pullRequest: subject.number });
  });

  test('says how it is written, where it is written wrongly', async () => {
    const answer = await ask('run', anySubject(), { args: ['--profile', 'lax'] });
    expect(answer).toMatchObject({
      ok: false,
      reply: expect.stringMatching(
        /^There is no profile of that name.*\n\nWrite it as `\/agent run \[worker\|reviewer\|tester\]/,
      ) as string,
    });
  });

  test.each([
    ['comment', { ok: false, reply: expect.stringContaining('An agent is already on this (dispatched, asked for by ada)') as string }],
    ['review', { ok: false, reply: expect.stringContaining('An agent is already on this') as string }],
    ['label', DONE],
  ])('while an agent is at work, by %s', async (route, answer) => {
    const subject = anySubject();
    const id = await taskIn(store, 'dispatched', { subject });
    expect(await ask('run', subject, { route })).toEqual(answer);
    expect((await latestTaskOf(store.db, subject))!.id).toBe(id);
  });

  test.each(['run', 'retry', 'check'])('%s waits while an agent is being stopped', async (name) => {
    const subject = anySubject();
    await published(subject, 900_020);
    const id = await taskIn(store, 'running', { subject });
    await change(store.db, (tx) => requestKill(tx, id, { actor: 'ada', route: 'comment', reason: 'x' }));
    await change(store.db, (tx) => transitionTask(tx, id, 'killed', { pullRequest: 900_020 }));
    const other = await taskIn(store, 'running', { subject, pullRequest: 900_020 });
    await change(store.db, (tx) => requestKill(tx, other, { actor: 'ada', route: 'comment', reason: 'x' }));
    await expect(ask(name, subject, { route: 'label' })).rejects.toMatchObject({ code: 'task.stopping', retryable: true });
  });
});

describe('retry', () => {
  test('repeats the last task with its settings, and adds what is said now', async () => {
    const subject = anySubject();
    const first = await published(subject, 900_030);
    expect(await ask('retry', subject, { args: ['without', 'the', 'README'], text: 'Please.' })).toEqual(DONE);
    expect(await latestTaskOf(store.db, subject)).toMatchObject({
      state: 'pending',
      agentType: 'tester',
      profile: 'strict',
      priority: 2,
      instruction: 'as I said\n\nwithout the README\n\nPlease.',
      requestedBy: { login: 'bob' },
      continues: first,
      branch: 'agent/1-x',
    });
  });

  test('repeats the work, also after the gates were run alone', async () => {
    const subject = anySubject();
    await published(subject, 900_040);
    await ask('check', subject);
    const gates = (await latestTaskOf(store.db, subject, 'gates'))!;
    await change(store.db, (tx) => transitionTask(tx, gates.id, 'failed'));
    expect(await ask('retry', subject)).toEqual(DONE);
    expect(await latestTaskOf(store.db, subject)).toMatchObject({ purpose: 'work', agentType: 'tester', instruction: 'as I said' });
  });

  test('has nothing to repeat where nothing was', async () => {
    expect(await ask('retry', anySubject())).toEqual({
      ok: false,
      reply: 'There is nothing to retry here yet. Start an agent with `/agent run`.',
    });
  });
});

describe('kill', () => {
  test('stops what is at work, and keeps who asked for it and why', async () => {
    const subject = anySubject();
    const id = await taskIn(store, 'running', { subject });
    expect(await ask('kill', subject, { args: ['wrong', 'issue'] })).toEqual(DONE);
    expect((await stopStateOf(store.db, id)).kill).toEqual({ actor: 'bob', route: 'comment', reason: 'wrong issue' });
    expect(await ask('kill', subject)).toEqual(DONE);
  });

  test.each([
    ['label', 'the label was removed'],
    ['close', 'it was closed'],
    ['comment', 'no reason given'],
  ])('by %s says why', async (route, reason) => {
    const subject = anySubject();
    const id = await taskIn(store, 'dispatched', { subject });
    expect(await ask('kill', subject, { route })).toEqual(DONE);
    expect(await findTask(store.db, id)).toMatchObject({ state: 'killed', outcome: { message: `Stopped by bob (${reason}).` } });
  });

  test('of nothing is told to who asked, and not to who closed or took the label off', async () => {
    const [none, over] = [anySubject(), anySubject()];
    await taskIn(store, 'failed', { subject: over });
    expect(await ask('kill', none)).toEqual({ ok: false, reply: 'No agent has been at work here.' });
    expect(await ask('kill', over)).toEqual({ ok: false, reply: 'No agent is at work here: the last one is already over (failed).' });
    for (const route of ['label', 'close']) for (const subject of [none, over]) expect(await ask('kill', subject, { route })).toEqual(DONE);
  });
});

describe('check', () => {
  test('runs the gates alone, on what was published', async () => {
    const subject = anySubject();
    await published(subject, 900_050);
    expect(await ask('check', subject)).toEqual(DONE);
    expect(await latestTaskOf(store.db, subject)).toMatchObject({
      purpose: 'gates',
      profile: 'strict',
      priority: 5,
      instruction: null,
      pullRequest: 900_050,
    });
  });

  test('by a button, while the gates run, asks for what is already there; while an agent works it is told', async () => {
    const [checking, working] = [anySubject(), anySubject()];
    await published(checking, 900_060);
    await ask('check', checking);
    expect(await ask('check', checking, { route: 'check' })).toEqual(DONE);
    await published(working, 900_070);
    await ask('retry', working);
    await change(store.db, async (tx) => transitionTask(tx, (await latestTaskOf(store.db, working))!.id, 'dispatched'));
    expect(await ask('check', { ...working, number: 900_070 }, { route: 'check' })).toMatchObject({
      ok: false,
      reply: expect.stringContaining('already on this') as string,
    });
  });

  test('without a pull request says so', async () => {
    const subject = anySubject();
    await taskIn(store, 'failed', { subject });
    for (const place of [subject, anySubject()]) {
      expect(await ask('check', place)).toEqual({
        ok: false,
        reply: 'There is no pull request of an agent here whose gates could run. Start one with `/agent run`.',
      });
    }
  });
});

describe('status and help', () => {
  test('say where the agent stands, and what there is to ask', async () => {
    const subject = anySubject();
    expect(await ask('status', subject)).toEqual({ ok: true, reply: 'No agent has been at work here. Start one with `/agent run`.' });
    await taskIn(store, 'pending', { subject });
    expect(await ask('status', subject)).toMatchObject({ ok: true, reply: expect.stringContaining('**Waiting**') as string });
    const help = await ask('help', subject);
    for (const { name } of COMMANDS) expect(help.reply).toContain(`| \`/agent ${name}`);
    expect(
      help
        .reply!.split('\n')
        .filter((line) => line.startsWith('| `'))
        .every((row) => row.replace(/\\\|/g, '').split('|').length === 5),
    ).toBe(true);
  });
});
