import { describe, expect, test } from 'vitest';
import { messageOf, SignalboxError } from '../src/errors.ts';
import { openStore } from './store/open.ts';

test('an error says what can be done, and whether again', () => {
  const cause = new Error('socket closed');
  const error = new SignalboxError('forge.unreachable', 'GitHub did not answer.', {
    nextStep: 'Check the network.',
    retryable: true,
    cause,
  });
  expect(error).toMatchObject({
    name: 'SignalboxError',
    code: 'forge.unreachable',
    nextStep: 'Check the network.',
    retryable: true,
    cause,
  });
  const plain = new SignalboxError('x.y', 'No.', { nextStep: 'Stop.' });
  expect(plain.retryable).toBe(false);
  expect('cause' in plain).toBe(false);
});

describe('the message of what was thrown', () => {
  test.each([
    ['an error', new Error('no  such\n\tfile '), 'no such file'],
    ['a text', 'plain', 'plain'],
    ['nothing', undefined, 'undefined'],
    ['an object', { code: 5 }, '[object Object]'],
  ])('%s', (_name, thrown, expected) => {
    expect(messageOf(thrown)).toBe(expected);
  });

  test('a failed query: the database’s words, and neither the query nor its values', async () => {
    await using store = await openStore();
    const failing = store.db.execute('select nothing_of_that_name');
    const error: unknown = await failing.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(messageOf(error)).toBe('column "nothing_of_that_name" does not exist');
  });
});
