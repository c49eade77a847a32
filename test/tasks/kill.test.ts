import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import type { Database } from '../../src/store/database.ts';
import { findTask, stopStateOf } from '../../src/store/tasks.ts';
import { killedOutcome, killTask, type Doubt } from '../../src/tasks/kill.ts';
import { task } from '../report/view.ts';
import { openStore, taskIn } from '../store/open.ts';

let store: Database;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const REQUEST = { actor: 'ada', route: 'comment', reason: 'wrong issue' };

describe('stopping a task', () => {
  test.each(['pending', 'dispatched'] as const)('that is %s ends it with this call', async (state) => {
    const id = await taskIn(store, state);
    expect(await killTask(store.db, id, REQUEST)).toBe('killed');
    expect(await findTask(store.db, id)).toMatchObject({
      state: 'killed',
      outcome: { code: 'killed', message: 'Stopped by ada (wrong issue).' },
    });
    expect(await killTask(store.db, id, { ...REQUEST, actor: 'bob' })).toBe('already-over');
    expect((await stopStateOf(store.db, id)).kill).toEqual(REQUEST);
  });

  test('that runs leaves it to its worker, and the first wish stands', async () => {
    const id = await taskIn(store, 'running');
    expect(await killTask(store.db, id, REQUEST)).toBe('requested');
    expect(await killTask(store.db, id, { ...REQUEST, actor: 'bob' })).toBe('requested');
    expect(await findTask(store.db, id)).toMatchObject({ state: 'running' });
    expect((await stopStateOf(store.db, id)).kill).toEqual(REQUEST);
  });

  test.each(['completed', 'failed', 'killed'] as const)('that is %s changes nothing', async (state) => {
    const id = await taskIn(store, state);
    const before = await findTask(store.db, id);
    expect(await killTask(store.db, id, REQUEST)).toBe('already-over');
    expect(await findTask(store.db, id)).toEqual(before);
  });

  test('by many at once is one stop', async () => {
    const id = await taskIn(store, 'dispatched');
    const answers = await Promise.all(Array.from({ length: 10 }, () => killTask(store.db, id, REQUEST)));
    expect(answers.filter((answer) => answer === 'killed')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'already-over')).toHaveLength(9);
  });
});

describe('how a stopped task ended', () => {
  const there = { branch: 'agent/7-x', headSha: 'f'.repeat(40) };
  const table: [string, Task | null, Doubt, string, string][] = [
    [
      'before anything was published',
      task({ branch: 'agent/7-x' }),
      'none',
      'Stopped by ada (wrong issue).',
      'Nothing of it was published. `/agent retry` starts again.',
    ],
    [
      'when nothing is known of it',
      null,
      'none',
      'Stopped by ada (wrong issue).',
      'Nothing of it was published. `/agent retry` starts again.',
    ],
    [
      'with a pull request',
      task({ ...there, pullRequest: 8 }),
      'none',
      'Stopped by ada (wrong issue), when its work was already in pull request #8.',
      'Nothing more was published. `/agent retry` goes on from there.',
    ],
    [
      'with a branch alone',
      task(there),
      'none',
      'Stopped by ada (wrong issue), when its work was already on the branch `agent/7-x`, without a pull request.',
      'Nothing more was published. `/agent retry` goes on from there.',
    ],
    [
      'with a branch of which the forge does not tell whether it has a pull request',
      task(there),
      'pull',
      'Stopped by ada (wrong issue), when its work was already on the branch `agent/7-x`; whether there is a pull request is not known.',
      'Nothing more was published. `/agent retry` goes on from there.',
    ],
    [
      'in the middle of a push',
      task({ branch: 'agent/7-x' }),
      'push',
      'Stopped by ada (wrong issue), while the branch `agent/7-x` was being pushed, so that its work may be there.',
      'Nothing more was published. `/agent retry` goes on from there.',
    ],
    [
      'the gates alone',
      task({ ...there, purpose: 'gates', pullRequest: 8 }),
      'none',
      'Stopped by ada (wrong issue).',
      'Nothing of it was published. `/agent check` starts again.',
    ],
  ];
  test.each(table)('%s', (_name, of, doubt, message, nextStep) => {
    expect(killedOutcome(REQUEST, of, doubt)).toEqual({ code: 'killed', message, nextStep });
  });
});
