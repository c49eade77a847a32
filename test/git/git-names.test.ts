import { expect, test } from 'vitest';
import { hasGitLikeName } from '../../src/git/git-names.ts';

test.each([
  ['.git', true],
  ['a/.GiT/b', true],
  ['a/GIT~1', true],
  ['.git .', true],
  ['.git:stream', true],
  ['a\\.git\\b', true],
  ['.gi\u200ct', true],
  ['.github/x', false],
  ['.gitattributes', false],
  ['git', false],
  ['x.git', false],
])('%j: %s', (path, expected) => {
  expect(hasGitLikeName(path)).toBe(expected);
});
