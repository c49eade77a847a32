import { expect, test } from 'vitest';
import { roundUp } from '../../../src/web/charts/scale.ts';

test.each([
  [0.011, false, 0.02],
  [0.3, false, 0.3],
  [1, false, 1],
  [7, false, 8],
  [95, false, 100],
  [81_000, false, 100_000],
  [1, true, 2],
  [3, true, 4],
  [5, true, 6],
  [7, true, 8],
  [13, true, 16],
])('a scale for %d (whole: %s) ends at %d', (value, whole, top) => expect(roundUp(value, whole)).toBeCloseTo(top, 10));

test('the half of a whole scale is whole', () => {
  for (let value = 1; value < 500; value += 1) {
    const top = roundUp(value, true);
    expect(top).toBeGreaterThanOrEqual(value);
    expect(Number.isInteger(top / 2), `${value} → ${top}`).toBe(true);
  }
});
