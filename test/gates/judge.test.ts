import { describe, expect, test } from 'vitest';
import { coverage } from '../../gates/coverage.ts';
import type { GateCommand, GateRun } from '../../gates/gate.ts';
import { judgeAnything, judgeProblems, judgeTests } from '../../gates/judge.ts';
import { RepositorySettings } from '../../src/domain/repository-settings.ts';
import { ROOT } from './fixture.ts';

function run(exitCode: number | null, output: string, command: Partial<GateCommand> = {}, reports: Record<string, string> = {}): GateRun {
  return {
    command: { line: 'x', format: 'auto', ...command },
    root: ROOT,
    exitCode,
    timedOut: false,
    stdout: output,
    output,
    reports: new Map(Object.entries(reports)),
  };
}

describe('problems', () => {
  test.each<[string, GateRun, string, string]>([
    ['silence and 0', run(0, ''), 'passed', 'no problems found'],
    ['silence and 1', run(1, ''), 'failed', 'ended with exit code 1'],
    ['errors and 0', run(0, 'a.ts(1,1): error TS1: no'), 'failed', '1 error'],
    ['warnings and 0', run(0, '::warning file=a,line=1::hm'), 'passed', '1 warning, no errors'],
    ['warnings and 1, as --max-warnings has it', run(1, '::warning file=a,line=1::hm'), 'failed', '1 warning'],
    [
      'a report that was asked for and is not there',
      run(0, '', { mustReport: true }),
      'error',
      'the command succeeded without leaving its report, so nothing shows that it ran',
    ],
    ['an empty report', run(0, '', { format: 'eslint-json', mustReport: true }, { r: '[]' }), 'passed', 'no problems found'],
    ['plain text with places in it', run(0, 'a.ts:1:1: error: no', { format: 'plain' }), 'passed', 'no problems found'],
  ])('%s', (_, input, state, summary) => {
    expect(judgeProblems(input)).toMatchObject({ state, summary });
  });
});

describe('tests', () => {
  test.each<[string, GateRun, string, string]>([
    ['all passed', run(0, '# tests 2\n# pass 2\n# fail 0'), 'passed', '2 tests passed'],
    ['some skipped', run(0, '# tests 2\n# pass 1\n# skipped 1'), 'passed', '1 test passed, 1 skipped'],
    ['all skipped', run(0, '# tests 2\n# pass 0\n# skipped 2'), 'failed', 'no test ran, 2 skipped'],
    ['none collected', run(5, '===== no tests ran in 0.00s ====='), 'failed', 'no test ran (exit code 5)'],
    ['failures', run(1, '# tests 2\n# pass 1\n# fail 1'), 'failed', '1 of 2 tests failed'],
    ['failures and 0', run(0, '# tests 2\n# pass 1\n# fail 1'), 'failed', '1 of 2 tests failed'],
    ['unknown text and 0', run(0, 'fine'), 'passed', 'exit code 0; how many tests ran is not known'],
    ['unknown text and 2', run(2, 'oh'), 'failed', 'ended with exit code 2'],
  ])('%s', (_, input, state, summary) => {
    expect(judgeTests(input)).toMatchObject({ state, summary });
    if (input.exitCode !== 0) expect(judgeTests(input).state).not.toBe('passed');
  });
});

describe('what did not come to its own end', () => {
  test.each<[string, GateRun, string, RegExp]>([
    ['not installed', run(127, 'bash: line 2: tsc: command not found'), 'error', /^tsc is not installed in the sandbox: add it/],
    ['a Python module that is not installed', run(1, '/w/.venv/bin/python3: No module named pytest'), 'error', /^pytest is not installed/],
    ['a test that imports what is not there', run(1, "E   ModuleNotFoundError: No module named 'nope'"), 'failed', /exit code 1/],
    ['killed', run(137, ''), 'error', /memory/],
    ['no exit code', run(null, ''), 'error', /without an exit code/],
    ['out of time', { ...run(null, ''), timedOut: true }, 'timed-out', /time limit/],
  ])('%s', (_, input, state, summary) => {
    for (const judge of [judgeProblems, judgeTests, judgeAnything]) {
      expect(judge(input)).toMatchObject({ state, summary: expect.stringMatching(summary) });
    }
  });
});

test('a gate of the repository’s own is judged by its tests where its output counts any', () => {
  const xml = '<testsuite><testcase name="a"><skipped/></testcase></testsuite>';
  expect(judgeAnything(run(0, xml, { format: 'junit' }))).toMatchObject({ state: 'failed', summary: 'no test ran, 1 skipped' });
});

describe('coverage', () => {
  const settings = RepositorySettings.parse({});
  const lcov = (hit: number, total: number): string =>
    `SF:a.js\n${Array.from({ length: total }, (_, at) => `DA:${at + 1},${at < hit ? 1 : 0}`).join('\n')}\nend_of_record`;

  test.each<[string, GateRun, string, string, number | null]>([
    ['exactly enough', run(0, '', {}, { r: lcov(85, 100) }), 'passed', '85 % of lines, at least 85 % wanted', 85],
    ['a hair below is not rounded up', run(0, '', {}, { r: lcov(84_999, 100_000) }), 'failed', '84.99 % of lines, below 85 %', 84.99],
    [
      'enough, but the tests failed',
      run(1, '', {}, { r: lcov(90, 100) }),
      'failed',
      '90 % of lines, but the command ended with exit code 1',
      90,
    ],
    [
      'tests that failed before anything was written',
      run(1, ''),
      'failed',
      'ended with exit code 1, and measured nothing; the tests may have failed',
      null,
    ],
    [
      'a success without a figure',
      run(0, 'ok'),
      'error',
      'no coverage in the output, nor in a report that is known: name the file with gates.coverage.report in .signalbox.yml',
      null,
    ],
    [
      'a printed table in place of the report that was asked for',
      run(0, 'Lines : 99%', { mustReport: true }),
      'error',
      'the command succeeded without leaving its report, so nothing shows that it ran',
      null,
    ],
    ['a printed table', run(0, 'Lines : 99%'), 'passed', '99 % of lines, at least 85 % wanted', 99],
  ])('%s', (_, input, state, summary, lines) => {
    expect(coverage.read(input, settings)).toMatchObject({ state, summary, coverage: lines });
  });
});
