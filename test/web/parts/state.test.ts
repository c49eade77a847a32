import { describe, expect, test } from 'vitest';
import { TASK_STATES } from '../../../src/domain/task.ts';
import { actionsOf } from '../../../src/web/parts/action-links.ts';
import { standingOf, type Standing } from '../../../src/web/parts/state.ts';

const AT = new Date(0);
const NONE = { killRequestedAt: null, killConfirmedAt: null, stopRequestedAt: null };

describe('where a task stands, in words', () => {
  test.each<[Partial<Standing> & Pick<Standing, 'state'>, string]>([
    [{ state: 'pending' }, 'pending'],
    [{ state: 'dispatched' }, 'dispatched'],
    [{ state: 'running' }, 'running'],
    [{ state: 'running', stopRequestedAt: AT }, 'wrapping up'],
    [{ state: 'running', killRequestedAt: AT }, 'stop requested, not yet confirmed'],
    [{ state: 'running', stopRequestedAt: AT, killRequestedAt: AT }, 'stop requested, not yet confirmed'],
    [{ state: 'killed', killRequestedAt: AT, killConfirmedAt: AT }, 'killed'],
    [{ state: 'killed', killRequestedAt: AT }, 'killed, not confirmed'],
    [{ state: 'completed', killRequestedAt: AT }, 'completed'],
    [{ state: 'failed' }, 'failed'],
  ])('%j is “%s”', (standing, words) => expect(standingOf({ ...NONE, ...standing }).words).toBe(words));
});

describe('what may be asked for a task', () => {
  const task = { id: '1', purpose: 'work' as const, ...NONE };
  test.each([
    [{ state: 'pending' as const }, ['priority', 'kill']],
    [{ state: 'dispatched' as const }, ['kill']],
    [{ state: 'running' as const }, ['stop', 'kill']],
    [{ state: 'running' as const, purpose: 'gates' as const }, ['kill']],
    [{ state: 'running' as const, stopRequestedAt: AT }, ['kill']],
    [{ state: 'running' as const, killRequestedAt: AT }, []],
    [{ state: 'completed' as const }, ['retry']],
    [{ state: 'failed' as const, purpose: 'gates' as const }, []],
  ])('%j: %j', (standing, actions) => expect(actionsOf({ ...task, ...standing })).toEqual(actions));

  test('is known in every state', () => {
    for (const state of TASK_STATES) expect(() => actionsOf({ ...task, state })).not.toThrow();
  });
});
