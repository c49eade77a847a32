import { expect, test } from 'vitest';
import { readProgress } from '../../src/git/progress.ts';

test('progress lines are read however the pieces are cut, and everything else is passed over', () => {
  const seen: string[] = [];
  const read = readProgress(({ phase, percent }) => seen.push(`${phase}=${percent}`));
  for (const piece of [
    'remote: Counting obj',
    'ects:  50% (1/2)\rremote: Counting objects: 100% (2/2)\r',
    '\nhello 7% (x\nReceiving objects:   3% (1/30), 5 MiB\r',
  ])
    read(piece);
  expect(seen).toEqual(['Counting objects=50', 'Counting objects=100', 'Receiving objects=3']);
});
