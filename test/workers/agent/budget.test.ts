import { describe, expect, test } from 'vitest';
import type { Limits, Usage } from '../../../src/domain/agent.ts';
import { nearLimit, outputTokensFor, passedLimit, secondsLeft, spentBy } from '../../../workers/agent/budget.ts';
import type { TurnStep } from '../../../workers/agent/transcript.ts';

const LIMITS: Limits = { turns: 10, tokens: 100_000, costUsd: 2, wallSeconds: 600, gateRounds: 2 };
const USED: Usage = { turns: 1, inputTokens: 10, outputTokens: 10, cacheReadTokens: 10, cacheWriteTokens: 10, costUsd: 0.1 };

function turn(at: number, usage: Partial<TurnStep['usage']> = {}): TurnStep {
  const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 };
  return { kind: 'turn', at, durationMs: 1, message: { role: 'assistant', content: [] }, stop: 'end', usage: { ...none, ...usage } };
}

describe('a budget', () => {
  test.each([
    ['turns', { ...USED, turns: 10 }, 0, 'The agent used up its model calls: 10 of 10.'],
    ['tokens', { ...USED, cacheReadTokens: 99_970 }, 0, 'The agent used up its tokens: 100,000 of 100,000.'],
    ['costUsd', { ...USED, costUsd: 2.004 }, 0, 'The agent used up its money: $2.00 of $2.00.'],
    ['wallSeconds', USED, 601, 'The agent used up its time: 601 of 600 seconds.'],
  ])('says that %s are used up, with the numbers', (limit, usage, seconds, message) => {
    expect(passedLimit(LIMITS, { usage, seconds })).toEqual({ limit, message });
  });

  test('lets an agent go on below every limit', () => {
    expect(passedLimit(LIMITS, { usage: { ...USED, turns: 9, costUsd: 1.99 }, seconds: 599 })).toBeNull();
  });

  test('of no money at all allows no call', () => {
    expect(passedLimit({ ...LIMITS, costUsd: 0 }, { usage: { ...USED, costUsd: 0 }, seconds: 0 })?.limit).toBe('costUsd');
  });

  test('warns from 80 % on, naming every limit that is near', () => {
    expect(nearLimit(LIMITS, { usage: { ...USED, turns: 7 }, seconds: 479 })).toBeNull();
    const warning = nearLimit(LIMITS, { usage: { ...USED, turns: 8 }, seconds: 480 });
    expect(warning).toContain('model calls: 8 of 10');
    expect(warning).toContain('time: 480 of 600 seconds');
  });

  test('counts time from the first model call, and tokens of all kinds', () => {
    const spent = spentBy(
      [turn(5000, { inputTokens: 1, outputTokens: 2 }), turn(9000, { cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.5 })],
      15_000,
    );
    expect(spent).toEqual({
      seconds: 10,
      usage: { turns: 2, inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.5 },
    });
    expect(secondsLeft(LIMITS, spent)).toBe(590);
    expect(spentBy([], 15_000).seconds).toBe(0);
  });

  test("caps a step's output by the tokens that are left after the prompt", () => {
    expect(outputTokensFor(LIMITS, [])).toBe(32_000);
    expect(outputTokensFor(LIMITS, [turn(0, { inputTokens: 40_000, outputTokens: 10_000 })])).toBe(10_000);
    expect(outputTokensFor(LIMITS, [turn(0, { inputTokens: 90_000 })])).toBe(1024);
  });
});
