import { expect, test } from 'vitest';
import { depthsOf } from '../../../src/web/charts/queue-depth.ts';

const NOW = new Date('2030-01-02T12:00:00Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const came = (hours: number) => ({ at: hoursAgo(hours), waiting: 1, atWork: 0 });
const began = (hours: number) => ({ at: hoursAgo(hours), waiting: -1, atWork: 1 });
const ended = (hours: number) => ({ at: hoursAgo(hours), waiting: 0, atWork: -1 });

function depths(moves: Parameters<typeof depthsOf>[0]['moves'], waiting = 0, atWork = 0): [number, number][] {
  const found = depthsOf({ now: NOW, hours: 4, stretches: 4, moves, waiting, atWork });
  expect(found.at(-1)?.at).toEqual(NOW);
  return found.map((depth) => [depth.waiting, depth.atWork]);
}

test('without a move, it was always as it is', () => {
  expect(depths([], 2, 1)).toEqual(Array.from({ length: 4 }, () => [2, 1]));
});

test('a stretch shows the most at any of its moments', () => {
  expect(depths([came(2.9), came(2.8), began(2.7), began(2.6), ended(1.5), ended(0.5)])).toEqual([
    [0, 0],
    [2, 2],
    [0, 2],
    [0, 1],
  ]);
});

test('what came and went within a stretch is seen', () => {
  expect(depths([came(0.4), began(0.3), ended(0.2)])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
    [1, 1],
  ]);
});

test('what is older than the moves that are known does not go below nothing', () => {
  expect(depths([began(0.5)], 0, 0).at(0)).toEqual([1, 0]);
});
