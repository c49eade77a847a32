import { parseCargoJson } from './cargo-json.ts';
import { parseEslintJson } from './eslint-json.ts';
import { parseEslintStylish } from './eslint-stylish.ts';
import { parseGithub } from './github.ts';
import { parseGoTest } from './go-test.ts';
import { parseJestJson } from './jest-json.ts';
import { parseJunit } from './junit.ts';
import type { Parsed, Parser } from './parsed.ts';
import { parsePathLine } from './path-line.ts';
import { parsePytest } from './pytest.ts';
import { parseRustTest } from './rust-test.ts';
import { parseTsc } from './tsc.ts';

/** Every format by its name in `GateCommand.format` and `.signalbox.yml`, except `auto` and `plain`. */
const PARSERS: Readonly<Record<string, Parser>> = {
  tsc: parseTsc,
  'eslint-json': parseEslintJson,
  'eslint-stylish': parseEslintStylish,
  'vitest-json': parseJestJson,
  'jest-json': parseJestJson,
  junit: parseJunit,
  'go-test-json': parseGoTest,
  'cargo-json': parseCargoJson,
  'rust-test': parseRustTest,
  pytest: parsePytest,
  github: parseGithub,
  'path-line': parsePathLine,
};

/** The ones whose texts cannot be mistaken for another's come first. */
const GUESSES: readonly Parser[] = [
  parseEslintJson,
  parseJestJson,
  parseJunit,
  parseGoTest,
  parseCargoJson,
  parseTsc,
  parseGithub,
  parseEslintStylish,
  parsePytest,
  parseRustTest,
  parsePathLine,
];

/** The parser of a format; `auto` takes the first that recognises the text; null for `plain` and unknown names. */
export function parserFor(format: string): Parser | null {
  if (format === 'auto') return guess;
  return Object.hasOwn(PARSERS, format) ? (PARSERS[format] ?? null) : null;
}

function guess(text: string, root: string): Parsed | null {
  for (const parser of GUESSES) {
    const parsed = parser(text, root);
    if (parsed !== null) return parsed;
  }
  return null;
}
