import { expect, test } from 'vitest';
import { newestUntil, wholeSecond } from '../../src/forge/happenings.ts';

const BEGIN = Date.parse('2026-03-04T05:06:07Z');

/** The newest first, one a second, in pages of ten. */
function pagesOf(count: number) {
  const all = Array.from({ length: count }, (_, n) => ({ created_at: new Date(BEGIN + (count - 1 - n) * 1000) }));
  const asked: number[] = [];
  const fetchPage = async (page: number) => {
    asked.push(page);
    return all.slice((page - 1) * 10, page * 10);
  };
  return { asked, fetchPage };
}

test('a list is read from its newest end, and no further than asked for', async () => {
  const { asked, fetchPage } = pagesOf(100);
  const found = await newestUntil(new Date(BEGIN + 85_000), fetchPage);
  expect(found.map(({ created_at: at }) => (at.getTime() - BEGIN) / 1000)).toEqual(Array.from({ length: 15 }, (_, n) => 85 + n));
  expect(asked).toEqual([1, 2]);
});

test('a list that ends before is read to its end', async () => {
  const { fetchPage } = pagesOf(20);
  expect(await newestUntil(new Date(0), fetchPage)).toHaveLength(20);
});

test('a list without an end has one', async () => {
  const { asked, fetchPage } = pagesOf(100_000);
  expect((await newestUntil(new Date(0), fetchPage)).length).toBe(asked.length * 10);
  expect(asked.length).toBeLessThan(100);
});

test('what happened within the second of the instant counts', async () => {
  const { fetchPage } = pagesOf(3);
  expect(await newestUntil(new Date(BEGIN + 1999), fetchPage)).toHaveLength(2);
  expect(wholeSecond(new Date(BEGIN + 999))).toEqual(new Date(BEGIN));
});
