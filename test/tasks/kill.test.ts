import { describe, expect, test } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { killedOutcome } from '../../src/tasks/kill.ts';

const REQUEST = { actor: 'ada', route: 'comment', reason: 'wrong issue' };
const TASK: Task = {
  id: 'a-task',
  subject: { forge: 'github', repository: 'acme/duration', number: 1 },
  subjectKind: 'issue',
  askedOn: 1,
  purpose: 'work',
  agentType: 'worker',
  profile: null,
  priority: 5,
  instruction: null,
  requestedBy: { login: 'ada', id: 1 },
  branch: 'agent/1-it',
  baseBranch: 'main',
  pullRequest: null,
  headSha: null,
  state: 'running',
  outcome: null,
  continues: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

describe('what is said of a task that was stopped', () => {
  test.each([
    ['before a worker had it', { branch: null }, false, ').', 'Nothing of it was published. `/agent retry`'],
    ['before it published', {}, false, ').', 'Nothing of it was published. `/agent retry`'],
    ['before it published more to a pull request', { pullRequest: 2 }, false, ').', 'Nothing of it was published. `/agent retry`'],
    [
      'while it pushed',
      {},
      true,
      '), while the branch `agent/1-it` was being pushed, so that its work may be there.',
      'goes on from there',
    ],
    [
      'once it had pushed',
      { headSha: 'abc' },
      false,
      '), when its work was already on the branch `agent/1-it`, without a pull request.',
      'goes on from there',
    ],
    [
      'once it had its pull request',
      { headSha: 'abc', pullRequest: 2 },
      false,
      '), when its work was already in pull request #2.',
      'goes on from there',
    ],
    [
      'while its gates ran alone',
      { purpose: 'gates', headSha: 'abc', pullRequest: 2 },
      false,
      ').',
      'Nothing of it was published. `/agent check`',
    ],
  ] as const)('%s', (_name, task, pushing, end, next) => {
    const outcome = killedOutcome(REQUEST, { ...TASK, ...task }, pushing);
    expect(outcome.code).toBe('killed');
    expect(outcome.message).toBe(`Stopped by ada (wrong issue${end}`);
    expect(outcome.nextStep).toContain(next);
  });
});
