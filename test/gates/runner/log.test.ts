import { expect, test } from 'vitest';
import { LOG_BYTES, logTail } from '../../../gates/runner/log.ts';

test('a short output is kept whole, but for its colours', () => {
  expect(logTail('\u001b[32mok\u001b[0m\n\n')).toBe('ok');
});

test('of a long one the end is kept, from the start of a line', () => {
  const tail = logTail('漢字\n'.repeat(50_000));
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(LOG_BYTES);
  expect(tail.startsWith('漢字\n')).toBe(true);
});

test('one endless line is cut too, without half a character', () => {
  const tail = logTail('漢'.repeat(100_000));
  expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(LOG_BYTES);
  expect(tail).not.toContain('\ufffd');
});
