import { basename } from 'node:path/posix';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'smol-toml';

type Table = Record<string, unknown>;

interface Language {
  parse(text: string): unknown;
  print(document: Table): string;
  /** Paths of keys that steer scripts and tools; everything else is the branch's own to change. */
  readonly steering: readonly (readonly string[])[];
}

const PACKAGE_JSON: Language = {
  parse: (text) => JSON.parse(text) as unknown,
  print: (document) => `${JSON.stringify(document, null, 2)}\n`,
  steering: [
    ['scripts'],
    ['config'],
    ...[
      'jest',
      'vitest',
      'mocha',
      'ava',
      'tap',
      'nyc',
      'c8',
      'xo',
      'standard',
      'prettier',
      'stylelint',
      'eslintConfig',
      'eslintIgnore',
    ].map((key) => [key]),
  ],
};

function toml(steering: readonly (readonly string[])[]): Language {
  return { parse: (text) => parse(text), print: (document) => stringify(document), steering };
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  'package.json': PACKAGE_JSON,
  'pyproject.toml': toml(
    ['pytest', 'mypy', 'pyright', 'ruff', 'coverage', 'black', 'isort', 'flake8', 'pylint', 'tox'].map((key) => ['tool', key]),
  ),
  'Cargo.toml': toml([['lints'], ['workspace', 'lints'], ['profile']]),
};

/** A manifest names dependencies, which are the work, and steers tools, which is the judge's. */
export function isManifest(path: string): boolean {
  return Object.hasOwn(LANGUAGES, basename(path));
}

/**
 * The branch's manifest with the parts that steer tools as the base branch has them; null when they are so already.
 * One that the branch removed or broke is the base branch's, whole.
 */
export function restoreManifest(path: string, base: string, branch: string | null): string | null {
  const language = LANGUAGES[basename(path)];
  if (branch === base || language === undefined) return null;
  const wanted = tryParse(language, base);
  const found = branch === null ? null : tryParse(language, branch);
  if (wanted === null || found === null) return base;
  let changed = false;
  for (const keys of language.steering) changed = restoreKey(found, wanted, keys) || changed;
  return changed ? language.print(found) : null;
}

function restoreKey(found: Table, wanted: Table, keys: readonly string[]): boolean {
  const [key = '', ...rest] = keys;
  const should = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
  const is = Object.hasOwn(found, key) ? found[key] : undefined;
  if (isDeepStrictEqual(should, is)) return false;
  if (rest.length > 0 && isTable(is)) return restoreKey(is, isTable(should) ? should : {}, rest);
  if (rest.length > 0) {
    const only = isTable(should) ? pick(should, rest) : undefined;
    if (only === undefined) return false;
    found[key] = only;
  } else if (should === undefined) delete found[key];
  else found[key] = should;
  return true;
}

function pick(table: Table, keys: readonly string[]): Table | undefined {
  const [key = '', ...rest] = keys;
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  const inner = rest.length === 0 ? value : isTable(value) ? pick(value, rest) : undefined;
  return inner === undefined ? undefined : { [key]: inner };
}

function tryParse(language: Language, text: string): Table | null {
  try {
    const document = language.parse(text);
    return isTable(document) ? document : null;
  } catch {
    return null;
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
