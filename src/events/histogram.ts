import { z } from 'zod';

/** How many observations were at most so large, for each bound; `count` has those beyond the last bound too. */
export const Histogram = z.object({ counts: z.array(z.number()), sum: z.number(), count: z.number() });
export type Histogram = z.infer<typeof Histogram>;

/** Seconds. */
export const LONG_BOUNDS: readonly number[] = [1, 5, 15, 30, 60, 180, 600, 1800, 3600, 7200, 21_600];
export const SHORT_BOUNDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60];

/** One observation more; nothing is changed in place. */
export function observed(known: Histogram | undefined, value: number, bounds: readonly number[]): Histogram {
  const { counts, sum, count } = known ?? { counts: bounds.map(() => 0), sum: 0, count: 0 };
  return { counts: counts.map((below, index) => below + (value <= bounds[index]! ? 1 : 0)), sum: sum + value, count: count + 1 };
}
