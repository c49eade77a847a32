import type { KnownGate } from './known-tools.ts';

/** What steers every gate: where scripts, targets and several tools' settings live. */
const SHARED: readonly string[] = [
  'package.json',
  'pyproject.toml',
  'Cargo.toml',
  './.npmrc',
  './.cargo/config.toml',
  './.cargo/config',
  './bunfig.toml',
  'Makefile',
  'makefile',
  'GNUmakefile',
  'setup.cfg',
  'tox.ini',
];

const TYPES: readonly string[] = ['tsconfig*.json', 'jsconfig.json', 'mypy.ini', '.mypy.ini', 'pyrightconfig.json'];

const TESTS: readonly string[] = [
  'vitest.config.*',
  'vitest.workspace.*',
  'vite.config.*',
  'jest.config.*',
  '.mocharc*',
  'ava.config.*',
  'karma.conf.*',
  'playwright.config.*',
  'pytest.ini',
  '.pytest.ini',
];

/** Linters look for a configuration in the folder of each file, so one that the branch adds anywhere steers them. */
const LINTS: readonly string[] = [
  '**/eslint.config.*',
  '**/.eslintrc*',
  '**/.eslintignore',
  '**/.oxlintrc.json',
  '**/biome.json',
  '**/biome.jsonc',
  '**/.prettierrc*',
  '**/prettier.config.*',
  '.prettierignore',
  '**/.editorconfig',
  '**/.stylelintrc*',
  '**/ruff.toml',
  '**/.ruff.toml',
  '.flake8',
  '**/.pylintrc',
  '**/pylintrc',
  '.golangci.*',
  'clippy.toml',
  '.clippy.toml',
  'rustfmt.toml',
  '.rustfmt.toml',
];

const COVERAGES: readonly string[] = ['.c8rc*', '.nycrc*', 'nyc.config.*', '.coveragerc', 'tarpaulin.toml', '.tarpaulin.toml'];

const BY_GATE: Readonly<Record<KnownGate, readonly string[]>> = {
  typecheck: [...SHARED, ...TYPES],
  lint: [...SHARED, ...LINTS, ...TYPES],
  test: [...SHARED, ...TESTS],
  coverage: [...SHARED, ...TESTS, ...COVERAGES],
};

const ALL: readonly string[] = [...SHARED, ...TYPES, ...TESTS, ...LINTS, ...COVERAGES];

/** Nobody knows what a custom gate reads, so everything that steers any tool is restored for it. */
export function judgeFilesOf(gate: string): readonly string[] {
  return Object.hasOwn(BY_GATE, gate) ? BY_GATE[gate as KnownGate] : ALL;
}
