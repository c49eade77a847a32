import { describe, expect, test } from 'vitest';
import { ago, counted, money, percent, short, span, stamp } from '../../src/web/words.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

describe('a length of time', () => {
  test.each([
    [-5, '0.0 s'],
    [0, '0.0 s'],
    [1234, '1.2 s'],
    [9_949, '9.9 s'],
    [9_951, '10 s'],
    [99_499, '99 s'],
    [100 * SECOND, '2 min'],
    [59 * MINUTE, '59 min'],
    [HOUR, '1 h'],
    [80 * MINUTE, '1 h 20 min'],
    [DAY, '1 d'],
    [28 * HOUR, '1 d 4 h'],
  ])('of %d ms is %s', (ms, words) => expect(span(ms)).toBe(words));
});

test.each([
  [0, '$0.00'],
  [0.004, '<$0.01'],
  [0.126, '$0.13'],
  [1234.5, '$1,234.50'],
])('money: %d is %s', (usd, words) => expect(money(usd)).toBe(words));

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [12_345, '12.3k'],
  [345_678, '346k'],
  [999_499, '999k'],
  [999_500, '1M'],
  [3_000_000, '3M'],
])('a count of %d is %s for short', (count, words) => expect(short(count)).toBe(words));

test('what was a moment ago is said so', () => {
  const now = new Date('2030-01-02T03:04:05Z');
  expect(ago(new Date(now.getTime() - 9000), now)).toBe('just now');
  expect(ago(new Date(now.getTime() - 80 * MINUTE), now)).toBe('1 h ago');
  expect(ago(new Date(now.getTime() - 47 * HOUR), now)).toBe('1 d ago');
  expect(stamp(now)).toBe('2030-01-02 03:04:05');
});

test('one is not several', () => {
  expect(counted(1, 'task')).toBe('1 task');
  expect(counted(1200, 'task')).toBe('1,200 tasks');
  expect(percent(0.857)).toBe('86 %');
});
