import { expect, test } from 'vitest';
import { countTests } from '../../../gates/parsers/text-counts.ts';
import { fixture } from '../fixture.ts';

test.each([
  ['mocha.txt', { passed: 1, failed: 1, skipped: 1 }],
  ['jest.txt', { passed: 1, failed: 1, skipped: 1 }],
  ['vitest.txt', { passed: 1, failed: 1, skipped: 1 }],
  ['node-spec.txt', { passed: 1, failed: 1, skipped: 1 }],
])('the sentence at the end of %s gives the counts', async (file, counts) => {
  expect(countTests(await fixture(file))).toEqual(counts);
});

test.each([
  ['# tests 3\n# pass 2\n# fail 1\n', { passed: 2, failed: 1, skipped: 0 }],
  ['Ran 3 tests in 0.001s\n\nFAILED (failures=1, skipped=1)\n', { passed: 1, failed: 1, skipped: 1 }],
  ['Ran 0 tests in 0.000s\n\nOK\n', { passed: 0, failed: 0, skipped: 0 }],
  ['No test files found, exiting with code 0\n', { passed: 0, failed: 0, skipped: 0 }],
  ['all is well\n', null],
])('%j counts as %j', (output, counts) => {
  expect(countTests(output)).toEqual(counts);
});
