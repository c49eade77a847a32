import { basename } from 'node:path/posix';
import { REPORTS_FOLDER } from '../gate.ts';
import { insertAfter, programIndex, simpleCommand } from './shell-words.ts';
import type { Word } from './shell-words.ts';

export type KnownGate = 'typecheck' | 'lint' | 'test' | 'coverage';

/** A command line that also says what it found in a form that a program reads. */
interface Instrumented {
  readonly line: string;
  readonly format: string;
  readonly reports: readonly string[];
}

interface Call {
  readonly line: string;
  readonly words: readonly Word[];
  /** Index of the program's own name. */
  readonly at: number;
}
type Instrument = (call: Call) => Instrumented | null;

const LINT_REPORT = `${REPORTS_FOLDER}/lint.json`;
const TEST_REPORT = `${REPORTS_FOLDER}/test.json`;
const TEST_XML = `${REPORTS_FOLDER}/test.xml`;
const COVERAGE_FOLDER = `${REPORTS_FOLDER}/coverage`;
const LCOV = `${COVERAGE_FOLDER}/lcov.info`;
const COVERAGE_XML = `${REPORTS_FOLDER}/coverage.xml`;

const TOOLS: Readonly<Record<KnownGate, Readonly<Record<string, Instrument>>>> = {
  typecheck: { tsc, 'vue-tsc': tsc },
  lint: { eslint, oxlint, biome, ruff },
  test: { vitest, jest, node: nodeTest, pytest },
  coverage: { vitest: vitestCoverage, jest: jestCoverage, node: nodeCoverage, pytest: pytestCoverage, c8, nyc },
};

/** Adds the machine-readable reporter to a line that is plainly one known tool; null when it is anything else. */
export function instrument(line: string, gate: KnownGate): Instrumented | null {
  const words = simpleCommand(line);
  if (words === null) return null;
  const at = programIndex(words);
  const program = basename(words[at]?.text ?? '');
  const tool = Object.hasOwn(TOOLS[gate], program) ? TOOLS[gate][program] : undefined;
  if (tool === undefined || words.some((word) => /^(--|--watch\w*|-w|watch|dev)$/.test(word.text))) return null;
  return tool({ line, words, at });
}

function has(call: Call, pattern: RegExp): boolean {
  return call.words.slice(call.at + 1).some((word) => pattern.test(word.text));
}

function tsc({ line }: Call): Instrumented {
  return { line: `${line} --pretty false`, format: 'tsc', reports: [] };
}

function eslint(call: Call): Instrumented | null {
  if (has(call, /^(-f|--format|-o|--output-file)(=|$)/)) return null;
  return { line: `${call.line} --format json --output-file ${LINT_REPORT}`, format: 'eslint-json', reports: [LINT_REPORT] };
}

function oxlint(call: Call): Instrumented | null {
  return has(call, /^(-f|--format)(=|$)/) ? null : { line: `${call.line} --format=github`, format: 'github', reports: [] };
}

function biome(call: Call): Instrumented | null {
  const ours = /^(check|lint|ci)$/.test(call.words[call.at + 1]?.text ?? '') && !has(call, /^--reporter/);
  return ours ? { line: `${call.line} --reporter=github`, format: 'github', reports: [] } : null;
}

function ruff(call: Call): Instrumented | null {
  const ours = call.words[call.at + 1]?.text === 'check' && !has(call, /^--output-format/);
  return ours ? { line: `${call.line} --output-format=concise`, format: 'path-line', reports: [] } : null;
}

function vitest({ line }: Call): Instrumented {
  const flags = `--run --reporter=default --reporter=json --outputFile.json=${TEST_REPORT}`;
  return { line: `${line} ${flags}`, format: 'vitest-json', reports: [TEST_REPORT] };
}

function vitestCoverage({ line }: Call): Instrumented {
  const flags = `--run --coverage.enabled --coverage.reporter=lcovonly --coverage.reporter=text-summary --coverage.reportsDirectory=${COVERAGE_FOLDER}`;
  return { line: `${line} ${flags}`, format: 'auto', reports: [LCOV] };
}

function jest({ line }: Call): Instrumented {
  return { line: `${line} --ci --json --outputFile=${TEST_REPORT}`, format: 'jest-json', reports: [TEST_REPORT] };
}

function jestCoverage({ line }: Call): Instrumented {
  const flags = `--ci --coverage --coverageReporters=lcovonly --coverageReporters=text-summary --coverageDirectory=${COVERAGE_FOLDER}`;
  return { line: `${line} ${flags}`, format: 'auto', reports: [LCOV] };
}

/** node's own test runner: its options belong before the files, so they go right behind `--test`. */
function nodeTest(call: Call): Instrumented | null {
  const flags = `--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=${TEST_XML}`;
  const line = behindTestFlag(call, flags);
  return line === null ? null : { line, format: 'junit', reports: [TEST_XML] };
}

function nodeCoverage(call: Call): Instrumented | null {
  const report = `${REPORTS_FOLDER}/lcov.info`;
  const flags = `--experimental-test-coverage --test-reporter=spec --test-reporter-destination=stdout --test-reporter=lcov --test-reporter-destination=${report}`;
  const line = behindTestFlag(call, flags);
  return line === null ? null : { line, format: 'auto', reports: [report] };
}

function behindTestFlag(call: Call, flags: string): string | null {
  const index = call.words.findIndex((word, at) => at > call.at && word.text === '--test');
  return index < 0 || has(call, /^--test-reporter/) ? null : insertAfter(call.line, call.words, index, flags);
}

/** The older family of JUnit's XML has the file and the line of each test. */
function pytest({ line }: Call): Instrumented {
  return { line: `${line} --junitxml=${TEST_XML} -o junit_family=xunit1`, format: 'junit', reports: [TEST_XML] };
}

function pytestCoverage(call: Call): Instrumented {
  const cov = has(call, /^--cov(=|$)/) ? '' : ' --cov';
  return { line: `${call.line}${cov} --cov-report=xml:${COVERAGE_XML}`, format: 'auto', reports: [COVERAGE_XML] };
}

function c8(call: Call): Instrumented {
  const flags = `--reporter=lcovonly --reporter=text-summary --reports-dir=${COVERAGE_FOLDER}`;
  return { line: insertAfter(call.line, call.words, call.at, flags), format: 'auto', reports: [LCOV] };
}

function nyc(call: Call): Instrumented {
  const flags = `--reporter=lcovonly --reporter=text-summary --report-dir=${COVERAGE_FOLDER}`;
  return { line: insertAfter(call.line, call.words, call.at, flags), format: 'auto', reports: [LCOV] };
}
