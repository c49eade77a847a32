import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../../src/http/admission/rate-limit.ts';

function limit(perMinute: number) {
  const clock = { ms: 0 };
  return { clock, rate: createRateLimit({ perMinute, now: () => clock.ms }) };
}

describe('a rate limit', () => {
  it('lets a minute’s worth in at once, and then as much as has passed', () => {
    const { clock, rate } = limit(60);
    expect(Array.from({ length: 60 }, () => rate.take('a')).every((wait) => wait === 0)).toBe(true);
    expect(rate.take('a')).toBe(1);
    clock.ms += 999;
    expect(rate.take('a')).toBe(1);
    clock.ms += 1;
    expect(rate.take('a')).toBe(0);
    expect(rate.take('a')).toBe(1);
  });

  it('says how long to wait, and waiting so long is enough', () => {
    const { clock, rate } = limit(4);
    for (let taken = 0; taken < 4; taken++) rate.take('a');
    const wait = rate.take('a');
    expect(wait).toBe(15);
    clock.ms += wait * 1000;
    expect(rate.take('a')).toBe(0);
  });

  it('counts everybody by themselves', () => {
    const { rate } = limit(1);
    expect([rate.take('a'), rate.take('b'), rate.take('a')]).toEqual([0, 0, 60]);
  });

  it('does not save up more than a minute', () => {
    const { clock, rate } = limit(2);
    rate.take('a');
    clock.ms += 3_600_000;
    expect([rate.take('a'), rate.take('a'), rate.take('a')]).toEqual([0, 0, 30]);
  });

  it('forgets those whom it has not seen for longest', () => {
    const { rate } = limit(1);
    rate.take('first');
    for (let other = 0; other < 10_000; other++) rate.take(`other ${other}`);
    expect([rate.take('first'), rate.take('other 9999')]).toEqual([0, 60]);
  });
});
