/** As many keys are kept; beyond them those that were not seen for longest start anew. */
const MOST_KEYS = 10_000;

export interface RateLimit {
  /** 0: it may come. Otherwise the whole seconds after which it may. */
  take(key: string): number;
}

/** A bucket of tokens for each key, which fills evenly and holds a minute's worth. Of this process alone. */
export function createRateLimit({ perMinute, now = Date.now }: { perMinute: number; now?: () => number }): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  const perMs = perMinute / 60_000;
  return {
    take(key) {
      const at = now();
      const known = buckets.get(key) ?? { left: perMinute, at };
      const left = Math.min(perMinute, known.left + (at - known.at) * perMs);
      // Written anew, it is the last that is forgotten.
      buckets.delete(key);
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at });
      if (buckets.size > MOST_KEYS) buckets.delete(buckets.keys().next().value!);
      return left >= 1 ? 0 : Math.ceil((1 - left) / perMs / 1000);
    },
  };
}
