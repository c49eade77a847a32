import { expect, test } from 'vitest';
import { instrument } from '../../../gates/discovery/known-tools.ts';
import type { KnownGate } from '../../../gates/discovery/known-tools.ts';

const KNOWN: readonly [KnownGate, string, string][] = [
  ['test', 'vitest', 'vitest-json'],
  ['test', 'NODE_ENV=test npx vitest run', 'vitest-json'],
  ['test', 'cross-env A=1 B=2 jest --runInBand', 'jest-json'],
  ['test', './node_modules/.bin/jest', 'jest-json'],
  ['test', 'pnpm exec vitest run', 'vitest-json'],
  ['test', 'uv run pytest -q', 'junit'],
  ['test', 'node --import tsx --test "test/**/*.ts"', 'junit'],
  ['lint', "eslint . --ext '.ts,.tsx' --max-warnings 0", 'eslint-json'],
  ['lint', 'biome check src', 'github'],
  ['typecheck', 'vue-tsc --noEmit', 'tsc'],
];

test.each(KNOWN)('%s: %s is a known tool', (gate, line, format) => {
  expect(instrument(line, gate)?.format).toBe(format);
});

const LEFT_ALONE: readonly [KnownGate, string][] = [
  ['test', 'vitest run && echo done'],
  ['test', 'jest; exit 0'],
  ['test', 'jest | tee log'],
  ['test', 'jest > log'],
  ['test', 'jest $(files)'],
  ['test', 'jest "`files`"'],
  ['test', 'jest # quick'],
  ['test', 'jest -- --coverage'],
  ['test', 'vitest --watch'],
  ['test', 'node scripts/test.js'],
  ['test', 'npm run jest'],
  ['test', 'jest "unclosed'],
  ['test', ''],
  ['lint', 'eslint . -f unix'],
  ['lint', 'biome format .'],
  ['lint', 'ruff format --check .'],
  ['typecheck', 'tsc --watch'],
];

test.each(LEFT_ALONE)('%s: %j runs as it is', (gate, line) => {
  expect(instrument(line, gate)).toBeNull();
});

test('the reporter of node goes before the files', () => {
  expect(instrument('node --test a.test.js', 'test')?.line).toMatch(/^node --test --test-reporter=spec .* a\.test\.js$/);
});
