import { describe, expect, test } from 'vitest';
import { SignalboxError } from '../../src/errors.ts';
import type { AnyForge, Forge } from '../../src/forge/forge.ts';
import { createLog } from '../../src/log.ts';
import { patient, tryAgain } from '../../workers/try-again.ts';

const log = createLog('silent');

function failure(retryable: boolean): SignalboxError {
  return new SignalboxError('forge.server-error', 'The forge failed.', { nextStep: 'Wait.', retryable });
}

/** Fails with these, one after the other, and then answers. */
function after(...failures: readonly unknown[]) {
  const left = [...failures];
  let calls = 0;
  return {
    calls: () => calls,
    work: async (...args: readonly string[]) => {
      calls += 1;
      if (left.length > 0) throw left.shift();
      return `done ${args.join(' ')}`.trim();
    },
  };
}

describe('what fails in a way that may pass', () => {
  test('is done again', async () => {
    const flaky = after(failure(true));
    expect(await tryAgain({ signal: new AbortController().signal, log }, flaky.work)).toBe('done');
    expect(flaky.calls()).toBe(2);
  });

  test('is done again through every call of a patient forge that a worker makes, with its words', async () => {
    const subject = { forge: 'github', repository: 'acme/app', number: 1 };
    const calls: [keyof Forge, (forge: AnyForge) => Promise<unknown>, string][] = [
      ['identity', (forge) => forge.identity(), 'done'],
      ['permission', (forge) => forge.permission!('acme/app', 'ada'), 'done acme/app ada'],
      ['repository', (forge) => forge.repository('acme/app'), 'done acme/app'],
      ['subject', (forge) => forge.subject!(subject), 'done [object Object]'],
      ['conversation', (forge) => forge.conversation!(subject, 5), 'done [object Object] 5'],
      ['gitAccess', (forge) => forge.gitAccess('acme/app'), 'done acme/app'],
    ];
    for (const [name, call, answer] of calls) {
      const flaky = after(failure(true));
      const forge = patient({ name: 'github', [name]: flaky.work } as unknown as Forge, { signal: new AbortController().signal, log });
      expect(await call(forge), name).toBe(answer);
    }
  });

  test('is given up at once by a stop', async () => {
    const stop = new AbortController();
    const flaky = after(failure(true), failure(true));
    const trying = tryAgain({ signal: stop.signal, log }, flaky.work);
    stop.abort();
    await expect(trying).rejects.toThrow('The forge failed.');
    expect(flaky.calls()).toBe(1);
  });
});

describe('what will fail the same way', () => {
  test.each([
    ['because the forge refuses it', failure(false)],
    ['because it is a fault of ours', new TypeError('undefined is not a function')],
  ])('is not done again: %s', async (_name, error) => {
    const refused = after(error);
    await expect(tryAgain({ signal: new AbortController().signal, log }, refused.work)).rejects.toBe(error);
    expect(refused.calls()).toBe(1);
  });
});
