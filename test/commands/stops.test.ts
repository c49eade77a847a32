import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCommand } from '../../src/commands/registry.ts';
import { renderHelp } from '../../src/commands/help.ts';
import { COMMANDS } from '../../src/commands/registry.ts';
import type { CommandAnswer } from '../../src/commands/command.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { findTask, requestKill, requestStop, stopStateOf } from '../../src/store/tasks.ts';
import { change } from '../../src/store/events.ts';
import { testDatabase } from '../support/database.ts';
import { complete, taskThere } from '../support/tasks.ts';
import { ORIGIN } from '../support/origin.ts';

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  database = stack.use(await openDatabase(stack.use(await testDatabase()).url));
});
afterAll(() => stack.disposeAsync());

let issue = 0;

async function say(name: string, number: number, options: { args?: readonly string[]; repository?: string } = {}): Promise<CommandAnswer> {
  const subject = { forge: 'github', repository: options.repository ?? 'acme/duration', number };
  const sender = { login: 'max', id: 7, isBot: false };
  const context = {
    db: database.db,
    subject,
    subjectKind: 'issue',
    sender,
    cause: `github/${number}/0`,
    origin: ORIGIN,
    route: 'comment',
  } as const;
  return findCommand(name)!.run(context, { args: options.args ?? [], text: '' });
}

const BY_MAX = { actor: 'max', route: 'comment' };

describe('/agent stop', () => {
  it('asks an agent at work to wrap up, and leaves it at work', async () => {
    const { taskId } = await taskThere(database.db, 'running', { number: ++issue });
    expect(await say('stop', issue, { args: ['time', 'is', 'up'] })).toEqual({ ok: true, reply: null });
    expect(await stopStateOf(database.db, taskId)).toMatchObject({ kill: null, stop: { ...BY_MAX, reason: 'time is up' } });
    expect((await findTask(database.db, taskId))?.state).toBe('running');
  });

  it.each(['pending', 'dispatched'] as const)('ends a task that is %s, because there is nothing to publish', async (state) => {
    const { taskId } = await taskThere(database.db, state, { number: ++issue });
    expect(await say('stop', issue)).toEqual({ ok: true, reply: null });
    expect(await findTask(database.db, taskId)).toMatchObject({ state: 'killed', outcome: { code: 'killed' } });
    expect(await stopStateOf(database.db, taskId)).toMatchObject({ kill: { ...BY_MAX, reason: 'no reason given' }, stop: null });
  });

  it.each([
    ['nothing has been at work', async () => {}, { ok: false, reply: 'No agent has been at work here.' }],
    [
      'the agent is over',
      async () => complete(database.db, await running()),
      { ok: false, reply: 'No agent is at work here: the last one is already over (completed).' },
    ],
    [
      'it was asked before',
      async () => ask(requestStop, await running()),
      { ok: true, reply: 'The agent has been asked to wrap up already. `/agent kill` stops it at once.' },
    ],
    [
      'it is being killed',
      async () => ask(requestKill, await running()),
      { ok: true, reply: 'The agent is being stopped at once already.' },
    ],
  ])('says what is true when %s', async (_, prepare, answer) => {
    issue += 1;
    await prepare();
    expect(await say('stop', issue)).toEqual(answer);
  });
});

describe('/agent kill-all', () => {
  it('stops every agent of its repository and no other one', async () => {
    const repository = 'acme/first';
    const waiting = await taskThere(database.db, 'pending', { repository, number: 3 });
    const working = [
      await taskThere(database.db, 'running', { repository, number: 7 }),
      await taskThere(database.db, 'running', { repository, number: 9 }),
    ];
    const others = [
      await taskThere(database.db, 'running', { repository: 'acme/second' }),
      await taskThere(database.db, 'pending', { repository: 'other/first' }),
    ];
    const answer = await say('kill-all', 3, { repository, args: ['out', 'of', 'hand'] });
    expect(answer).toEqual({
      ok: true,
      reply:
        '2 agents (#7, #9) at work were asked to stop, and the status comment there says when that is confirmed; 1 agent (#3) that had not begun is over.',
    });
    expect((await findTask(database.db, waiting.taskId))?.state).toBe('killed');
    for (const { taskId } of working) expect((await stopStateOf(database.db, taskId)).kill).toEqual({ ...BY_MAX, reason: 'out of hand' });
    for (const { taskId } of others) expect((await stopStateOf(database.db, taskId)).kill).toBeNull();
  });

  it('says so when there is nothing to stop', async () => {
    expect(await say('kill-all', 1, { repository: 'acme/idle' })).toEqual({
      ok: true,
      reply: 'No agent is at work in this repository, and none waits.',
    });
  });

  it('needs more than write access, and the help says so', () => {
    expect(findCommand('kill-all')?.permission).toBe('maintain');
    expect(renderHelp(COMMANDS)).toMatch(/\| `\/agent kill-all \[why\]` \| .+ \| maintain \|/);
  });
});

function running() {
  return taskThere(database.db, 'running', { number: issue });
}

async function ask(how: typeof requestStop, { taskId }: { taskId: string }): Promise<void> {
  await change(database.db, (tx) => how(tx, taskId, { actor: 'ada', route: 'comment', reason: 'x' }));
}
