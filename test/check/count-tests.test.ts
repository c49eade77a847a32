import { describe, expect, it } from 'vitest';
import { countTests } from './count-tests.ts';

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((each) => ({ status: each })) });

describe('what vitest reports', () => {
  it.each([
    ['passed, failed and skipped tests', [file('failed', 'passed', 'failed', 'pending', 'todo'), file('passed', 'passed')], 1, [2, 1, 2]],
    ['a file that could not be loaded as a failure', [file('failed'), file('passed', 'passed')], 1, [1, 1, 0]],
    ['a file whose hook failed after its tests as a failure', [file('failed', 'passed')], 1, [1, 1, 0]],
    ['an error outside all tests as a failure', [file('passed', 'passed')], 1, [1, 1, 0]],
    ['no test at all as a failure', [], 0, [0, 1, 0]],
    ['nothing but skipped tests as a failure', [file('passed', 'pending')], 0, [0, 1, 1]],
  ])('counts %s', (_, testResults, exitCode, [passed, failed, skipped]) => {
    expect(countTests({ testResults }, exitCode)).toEqual({ passed, failed, skipped });
  });

  it('counts a report that is missing or not a report as a failure', () => {
    expect(countTests(null, 0).failed).toBe(1);
    expect(countTests({ testResults: 'none' }, 0).failed).toBe(1);
  });
});
