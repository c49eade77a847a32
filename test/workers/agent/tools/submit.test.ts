import { describe, expect, test } from 'vitest';
import { submissionOf } from '../../../../workers/agent/tools/submit.ts';

const call = (input: unknown, name = 'submit') => ({ type: 'tool-call', id: 'c1', name, input }) as const;
const GOOD = { title: 'Round totals at the end', summary: 'Totals were rounded too early.' };

describe('a submission', () => {
  test('is taken when it is alone and whole', () => {
    expect(submissionOf([call({ ...GOOD, title: ' Round totals at the end ' })])).toEqual({ ...GOOD, callId: 'c1' });
  });

  test.each([
    ['beside another call', [call(GOOD), call({ command: 'ls' }, 'bash')]],
    ['twice', [call(GOOD), call(GOOD)]],
    ['with a title that is too long', [call({ ...GOOD, title: 'x'.repeat(73) })]],
    ['with a title of two lines', [call({ ...GOOD, title: 'one\ntwo' })]],
    ['without a summary', [call({ title: GOOD.title })]],
    ['in another name', [call(GOOD, 'bash')]],
    ['when there is none', []],
  ])('is not taken %s', (_, calls) => {
    expect(submissionOf(calls)).toBeNull();
  });
});
