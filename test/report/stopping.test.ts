import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import type { TaskView } from '../../src/report/view.ts';
import { NOBODY, task, view } from './view.ts';

const KILL = { ...NOBODY, kill: { actor: 'api (ada)', route: 'api', reason: 'out | of @hand' }, killRequestedAt: new Date(1_000) };

function headline(changes: Partial<Omit<TaskView, 'task'>> & { task?: Partial<Task> }): string {
  return renderStatus(view({ ...changes, task: task({ state: 'running', ...changes.task }) })).split('\n')[0]!;
}

const killed = { state: 'killed', outcome: { code: 'killed', message: 'Stopped by ada (x).', nextStep: null } } as const;
const halt = { actor: 'api (ops)', route: 'api', reason: 'maintenance', at: '2026-01-01T00:00:00.000Z' };

describe('the status comment of a stop', () => {
  it.each<[string, Parameters<typeof headline>[0], string]>([
    ['that is requested', { stopping: KILL }, '⏹️ **Stop requested** by `api (ada)` (out | of @\u2060hand), not yet confirmed.'],
    [
      'that could not be confirmed',
      { stopping: KILL, unconfirmed: 'Not known: whether its sandbox is gone' },
      '⏹️ **Stop requested** by `api (ada)` (out | of @\u2060hand), not yet confirmed. Not known: whether its sandbox is gone',
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
    [
      'that ended without a confirmation',
      { task: killed, stopping: KILL, unconfirmed: 'Not known: what is left' },
      '⏹️ **Stopped.** Stopped by ada (x). Not known: what is left',
    ],
    [
      'that was confirmed later',
      { task: killed, stopping: { ...KILL, killConfirmedAt: new Date(61_000) }, unconfirmed: 'Not known: what is left' },
      '⏹️ **Stopped.** Stopped by ada (x). Confirmed after 60 s.',
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
  ])('%s', (_, changes, expected) => {
    expect(headline(changes)).toBe(expected);
  });
});
