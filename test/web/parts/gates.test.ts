import { expect, test } from 'vitest';
import type { GateResult } from '../../../src/domain/finding.ts';
import { gateList } from '../../../src/web/parts/gates.ts';

const RED: GateResult = {
  gate: 'test',
  state: 'failed',
  required: true,
  summary: '1 of 7 tests failed',
  durationMs: 400,
  command: 'npm test',
  coverage: null,
  findings: [
    {
      severity: 'error',
      path: 'test/net.test.js',
      line: 8,
      endLine: null,
      rule: null,
      message: 'Expected 935\n\n934 !== 935\n\n    at run (/some/where/net.test.js:8:59)\n    at next (node:test)',
    },
  ],
  log: 'all that was printed',
};

const shown = async (gate: GateResult, address: string | null) => String(await gateList([gate], () => address));

test('a finding is shown without the frames of its stack', async () => {
  const text = await shown(RED, '/x');
  expect(text).toContain('934 !== 935');
  expect(text).not.toContain('/some/where');
});

test('a log is folded behind the findings, and open where it alone says what is wrong', async () => {
  expect(await shown(RED, '/x')).toMatch(/<details class="folded-log">[\s\S]*all that was printed/);
  expect(await shown({ ...RED, findings: [] }, '/x')).not.toContain('folded-log');
});

test('a message that is nothing but frames is shown as it is', async () => {
  const message = '\n    at run (/some/where/net.test.js:8:59)';
  expect(await shown({ ...RED, findings: [{ ...RED.findings[0]!, message }] }, '/x')).toContain('/some/where');
});
