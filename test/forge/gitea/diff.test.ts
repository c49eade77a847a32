import { expect, test } from 'vitest';
import { shownLines } from '../../../src/forge/gitea/diff.ts';

function shown(...lines: string[]): Record<string, number[]> {
  return Object.fromEntries([...shownLines(lines.join('\n'))].map(([path, numbers]) => [path, [...numbers]]));
}

const HEAD = ['diff --git a/a.txt b/a.txt', 'index 1..2 100644', '--- a/a.txt', '+++ b/a.txt'];

test('lines that were added, and those around them', () => {
  expect(shown(...HEAD, '@@ -9,3 +10,4 @@ function', ' ten', '-old', '+eleven', '+twelve', ' thirteen', '')).toEqual({
    'a.txt': [10, 11, 12, 13],
  });
});

test('several hunks and files', () => {
  const other = ['diff --git a/b c.txt b/b c.txt', 'new file mode 100644', '--- /dev/null', '+++ b/b c.txt\t', '@@ -0,0 +1 @@', '+one'];
  expect(shown(...HEAD, '@@ -1 +1 @@', '-x', '+y', '@@ -40,0 +41,2 @@', '+p', '+q', ...other)).toEqual({
    'a.txt': [1, 41, 42],
    'b c.txt': [1],
  });
});

test('a deleted, a renamed and a binary file have none', () => {
  const deleted = ['diff --git a/d b/d', '--- a/d', '+++ /dev/null', '@@ -1,2 +0,0 @@', '-x', '-y'];
  const renamed = ['diff --git a/e b/f', 'rename from e', 'rename to f'];
  expect(shown(...deleted, ...renamed, 'diff --git a/g b/g', 'Binary files a/g and b/g differ', '')).toEqual({});
});

test('a file whose name is in quotes is nobody else’s', () => {
  expect(
    shown(
      ...HEAD,
      '@@ -1 +1 @@',
      '-x',
      '+y',
      'diff --git "a/q\\"" "b/q\\""',
      '--- /dev/null',
      '+++ "b/q\\""',
      '@@ -0,0 +1,2 @@',
      '+1',
      '+2',
    ),
  ).toEqual({
    'a.txt': [1],
  });
});

test('a file that looks like a diff is a file', () => {
  const tricky = ['@@ -1,2 +1,4 @@', '--- a/x', '+++ b/evil.txt', '+@@ -1,9 +1,9 @@', '+diff --git a/x b/x', ' end'];
  expect(shown(...HEAD, ...tricky)).toEqual({ 'a.txt': [1, 2, 3, 4] });
});

test('the missing end of a file is not a line', () => {
  const end = '\\ No newline at end of file';
  expect(shown(...HEAD, '@@ -1 +1,2 @@', '-x', end, '+y', '+z', end, '')).toEqual({ 'a.txt': [1, 2] });
});

test.each(['', 'nonsense', '@@ -1 +1 @@', '+++ b/x', '@@ -a +b @@\n+x'])('%o shows nothing that could be commented on', (text) => {
  expect([...shownLines(text).values()].flatMap((lines) => [...lines])).toEqual([]);
});
