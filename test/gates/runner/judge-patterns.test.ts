import { expect, test } from 'vitest';
import { judgePatterns } from '../../../gates/runner/judge-patterns.ts';

const PATTERNS = judgePatterns(['tsconfig*.json', '**/.eslintrc*', './conf/a.js']);

test.each<[string, boolean, boolean]>([
  ['tsconfig.json', true, true],
  ['tsconfig.build.json', true, true],
  ['web/tsconfig.json', true, false],
  ['tsconfigXjson', false, false],
  ['.eslintrc.json', true, true],
  ['src/.eslintrc', true, true],
  ['x.eslintrc', false, false],
  ['conf/a.js', true, true],
  ['a.js', false, false],
  ['other/conf/a.js', false, false],
])('%s is restored: %s, is removed when added: %s', (path, restored, removed) => {
  expect(PATTERNS.matches(path)).toBe(restored);
  expect(PATTERNS.removesAdded(path)).toBe(removed);
});

test('no pattern matches nothing', () => {
  expect(judgePatterns([]).matches('')).toBe(false);
  expect(judgePatterns(['./a']).matches('b/a')).toBe(false);
});
