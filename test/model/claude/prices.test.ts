import { describe, expect, test } from 'vitest';
import { priceOf } from '../../../src/model/claude/prices.ts';

const MILLION_IN = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const MILLION_OUT = { inputTokens: 0, outputTokens: 1_000_000, cacheReadTokens: 0, cacheWriteTokens: 0 };

describe("a model's price", () => {
  test.each([
    ['claude-opus-5-5', 'opus-5-5', 4, 20],
    ['claude-opus-4-20250514', 'opus-4', 15, 75],
    ['claude-opus-4-5-20251101', 'opus-4-5', 5, 25],
    ['anthropic/claude-sonnet-4.5', 'sonnet-4-5', 3, 15],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'haiku-4-5', 1, 5],
    ['claude-sonnet-4-0', 'sonnet-4', 3, 15],
  ])('is found for %s', (name, family, input, output) => {
    const price = priceOf(name);
    expect(price).toMatchObject({ family, note: null });
    expect(price.costUsd(MILLION_IN)).toBeCloseTo(input);
    expect(price.costUsd(MILLION_OUT)).toBeCloseTo(output);
  });

  test.each(['claude-opus-9', 'claude-3-5-haiku-latest', 'my-finetune', ''])('is the dearest known one for %j, and says so', (name) => {
    const price = priceOf(name);
    expect(price.note).toContain('not known');
    expect(price.costUsd(MILLION_OUT)).toBeCloseTo(75);
  });

  test('counts the cache at its own rates', () => {
    const tokens = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 1_000_000, cacheWriteTokens: 1_000_000 };
    expect(priceOf('claude-opus-5').costUsd(tokens)).toBeCloseTo(0.5 + 6.25);
    expect(priceOf('claude-opus-5-5').costUsd(tokens)).toBeCloseTo(0.2 + 5);
  });

  test('rises for a long prompt where the service says so', () => {
    const price = priceOf('claude-haiku-5-5');
    expect(price.costUsd({ ...MILLION_OUT, inputTokens: 100_000 })).toBeCloseTo(0.51);
    expect(price.costUsd({ ...MILLION_OUT, inputTokens: 100_001 })).toBeCloseTo(2.55, 3);
  });
});
