import { describe, expect, test } from 'vitest';
import { GATE_STATES } from '../../src/domain/finding.ts';
import { cell, gatesSentence, gatesTable, gateWord, seconds } from '../../src/report/markdown.ts';
import { gate } from './view.ts';

describe('the table of gates', () => {
  test('shows every state in its own words, and only what passed as passed', () => {
    expect(gatesTable(GATE_STATES.map((state) => gate(`a-${state}`, state)))).toMatchInlineSnapshot(`
      "| | gate | result | | time |
      |---|---|---|---|---|
      | ⏳ | a-queued | waiting |  |  |
      | 🔄 | a-running | running |  |  |
      | ✅ | a-passed | passed |  |  |
      | ❌ | a-failed | failed |  |  |
      | ⚪ | a-not-found | not found |  |  |
      | ⏱️ | a-timed-out | timed out |  |  |
      | ⚠️ | a-error | could not run |  |  |
      | ⏹️ | a-cancelled | not run |  |  |"
    `);
    expect(GATE_STATES.filter((state) => gateWord(state) === 'passed')).toEqual(['passed']);
  });

  test('says which gates do not have to pass, and how long they took', () => {
    expect(gatesTable([gate('lint', 'failed', { required: false, durationMs: 1234 })])).toContain(
      '| lint (not required) | failed |  | 1.2 s |',
    );
  });

  test('keeps its columns, whatever a tool says', () => {
    const odd = gate('test', 'failed', { summary: 'a | b \\| c\n| d @ada `x|y` <b> \\' });
    const row = gatesTable([odd]).split('\n').at(-1)!;
    // As GitHub reads a row: a backslash takes the power of the character behind it, also of a pipe in code.
    expect(row.replace(/\\[^\n]/g, '').split('|')).toHaveLength(7);
    expect(row).toContain('@\u2060ada');
    expect(row).toContain('&lt;b>');
  });
});

test('gates in a sentence: what is not found is neither green nor red', () => {
  expect(gatesSentence([])).toBe('0 passed');
  expect(gatesSentence(GATE_STATES.map((state) => gate('a', state)))).toBe('1 passed, 6 red, 1 not found');
  expect(gatesSentence([gate('a', 'passed'), gate('b', 'passed')])).toBe('2 passed');
});

test.each([
  [0, '0.0 s'],
  [9_949, '9.9 s'],
  [10_000, '10 s'],
  [119_000, '119 s'],
  [120_000, '2 min'],
  [3_600_000, '60 min'],
])('%i ms are %s', (ms, words) => {
  expect(seconds(ms)).toBe(words);
});

test('a cell has no pipe of its own', () => {
  expect(cell('a|b')).toBe('a\\|b');
  expect(cell('a\\|b')).toBe('a\\\\\\|b');
});
