import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import type { TaskView } from '../../src/report/view.ts';

const TASK: Task = {
  id: '00000000-0000-4000-8000-000000000000',
  subject: { forge: 'github', repository: 'acme/duration', number: 1 },
  subjectKind: 'issue',
  askedOn: 1,
  purpose: 'work',
  agentType: 'worker',
  profile: null,
  priority: 5,
  instruction: null,
  requestedBy: { login: 'ada', id: 1 },
  branch: null,
  baseBranch: null,
  pullRequest: null,
  headSha: null,
  state: 'running',
  outcome: null,
  continues: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};
const NOBODY = { kill: null, killRequestedAt: null, killConfirmedAt: null, stop: null, stopRequestedAt: null };
const KILL = { ...NOBODY, kill: { actor: 'api (ada)', route: 'api', reason: 'out | of @hand' }, killRequestedAt: new Date(1_000) };

function headline(view: Partial<Omit<TaskView, 'task'>> & { task?: Partial<Task> }): string {
  const whole = { stopping: NOBODY, unconfirmed: null, halt: null, agent: null, gates: [], ...view, task: { ...TASK, ...view.task } };
  return renderStatus(whole).split('\n')[0]!;
}

const killed = { state: 'killed', outcome: { code: 'killed', message: 'Stopped by ada (x).', nextStep: null } } as const;
const halt = { actor: 'api (ops)', route: 'api', reason: 'maintenance', at: '2026-01-01T00:00:00.000Z' };

describe('the status comment of a stop', () => {
  it.each<[string, Parameters<typeof headline>[0], string]>([
    ['that is requested', { stopping: KILL }, '⏹️ **Stop requested** by `api (ada)` (out \\| of @\u2060hand), not yet confirmed.'],
    [
      'that could not be confirmed',
      { stopping: KILL, unconfirmed: 'Not known: whether its sandbox is gone' },
      '⏹️ **Stop requested** by `api (ada)` (out \\| of @\u2060hand), not yet confirmed. Not known: whether its sandbox is gone',
    ],
    [
      'that is confirmed',
      { task: killed, stopping: { ...KILL, killConfirmedAt: new Date(2_200) } },
      '⏹️ **Stopped.** Stopped by ada (x). Confirmed after 1.2 s.',
    ],
    [
      'of what had not begun',
      { task: killed, stopping: { ...KILL, killConfirmedAt: new Date(1_000) } },
      '⏹️ **Stopped.** Stopped by ada (x).',
    ],
    ['whose confirmation never came', { task: killed, stopping: KILL }, '⏹️ **Stopped.** Stopped by ada (x).'],
    [
      'that is polite',
      { stopping: { ...NOBODY, stop: { actor: 'ada', route: 'comment', reason: 'lunch' } } },
      '🔄 **Wrapping up**, as `ada` asked (lunch): starting.',
    ],
    [
      'of the whole instance',
      { task: { state: 'pending' }, halt },
      '⏸️ **Waiting**: this Signalbox was halted by `api (ops)` (maintenance).',
    ],
    ['of the whole instance, at work', { halt }, '🔄 **At work.** The agent: starting.'],
  ])('%s', (_, view, expected) => {
    expect(headline(view)).toBe(expected);
  });
});
