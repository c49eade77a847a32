import { expect, test } from 'vitest';
import { diffText, listFilesAt, readFileAt } from '../../src/git/read-commit.ts';
import { makeHarness } from '../support/git/harness.ts';

test('files of a commit are read by their exact name; what is no file is null', async () => {
  await using h = await makeHarness({
    'a.txt': 'text\n',
    'deep/er/b.txt': 'b',
    link: { link: 'a.txt' },
    empty: '',
    '*.txt': 'a star',
    'line\nbreak': 'odd',
    large: 'x'.repeat(1024 * 1024 + 1),
    'just-fits': 'x'.repeat(1024 * 1024),
  });
  const mirror = await h.mirror();
  const read = (path: string) => readFileAt(h.git, mirror, h.base, path);
  expect(await read('a.txt')).toBe('text\n');
  expect(await read('deep/er/b.txt')).toBe('b');
  expect(await read('empty')).toBe('');
  expect(await read('*.txt')).toBe('a star');
  expect(await read('line\nbreak')).toBe('odd');
  expect((await read('just-fits'))?.length).toBe(1024 * 1024);
  for (const path of ['link', 'deep', 'deep/', 'large', 'none', '.', '', '../a.txt', '/a.txt', 'A.TXT', ':(top)a.txt'])
    expect(await read(path)).toBeNull();
  expect(await listFilesAt(h.git, mirror, h.base)).toEqual([
    '*.txt',
    'a.txt',
    'deep/er/b.txt',
    'empty',
    'just-fits',
    'large',
    'line\nbreak',
    'link',
  ]);
});

test('a difference is text, whole or cut', async () => {
  await using h = await makeHarness({ 'a.txt': 'old\n' });
  const next = await h.origin.commit('main', { 'a.txt': 'new\n' });
  const mirror = await h.mirror();
  expect((await diffText(h.git, mirror, h.base, next, 10_000)).text).toMatch(/-old\n\+new\n$/);
  expect(await diffText(h.git, mirror, h.base, h.base, 10_000)).toEqual({ text: '', truncated: false });
  expect(await diffText(h.git, mirror, h.base, next, 20)).toEqual({ text: '', truncated: true });
});
