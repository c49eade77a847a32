import { expect, test } from 'vitest';
import { findingsForAgent } from '../../gates/findings-for-agent.ts';
import type { Finding, GateResult } from '../../src/domain/finding.ts';

function result(over: Partial<GateResult>): GateResult {
  return {
    gate: 'test',
    required: true,
    state: 'failed',
    summary: '1 of 2 tests failed',
    command: 'npm test',
    findings: [],
    log: '',
    durationMs: 1,
    coverage: null,
    ...over,
  };
}

function finding(over: Partial<Finding>): Finding {
  return { severity: 'error', path: 'a.ts', line: 1, endLine: null, rule: null, message: 'bad', ...over };
}

test('nothing is said when nothing is red', () => {
  expect(
    findingsForAgent([
      result({ state: 'passed' }),
      result({ gate: 'lint', state: 'not-found' }),
      result({ gate: 'coverage', state: 'cancelled' }),
    ]),
  ).toBe('');
});

test('the red gates are named with their findings by file, errors first, and the end of the log', () => {
  const findings = [
    finding({ severity: 'warning', path: 'b.ts', rule: 'w' }),
    finding({ line: 3, endLine: 5, rule: 'TS1', message: 'two\nlines' }),
    finding({ path: null, line: null }),
  ];
  expect(findingsForAgent([result({ gate: 'typecheck', state: 'passed' }), result({ findings, log: 'end' })])).toBe(
    [
      'These gates are not green: test (failed).',
      'Green: typecheck.',
      'Fix the cause in the code. The configuration of the gates is read from the base branch, so changing it has no effect.',
      '',
      '## test: 1 of 2 tests failed',
      'Command: npm test',
      'a.ts',
      '  line 3-5: error [TS1]: two',
      '  lines',
      '(the repository)',
      '  error: bad',
      'b.ts',
      '  line 1: warning [w]: bad',
      'End of the output:',
      '  end',
    ].join('\n'),
  );
});

test('however much there is, the text is bounded and every gate has its share', () => {
  const findings = Array.from({ length: 500 }, (_, at) => finding({ path: `f${at}.ts`, message: 'm'.repeat(4000) }));
  const gates = ['typecheck', 'lint', 'test', 'coverage'].map((gate) => result({ gate, findings, log: 'l\n'.repeat(30_000) }));
  const text = findingsForAgent(gates);
  expect(text.length).toBeLessThan(16_000);
  for (const { gate } of gates) expect(text).toContain(`## ${gate}`);
  expect(text).toContain('… and 49');
});
