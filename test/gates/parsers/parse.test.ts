import { describe, expect, test } from 'vitest';
import { parserFor } from '../../../gates/parsers/parse.ts';
import { fixture, ROOT } from '../fixture.ts';

/** Tool output → `severity path:line [rule] first line of the message`, and passed/failed/skipped. */
const RECORDED: readonly { file: string; format: string; tests?: string; findings: readonly string[] }[] = [
  {
    file: 'tsc.txt',
    format: 'tsc',
    findings: [
      "error src/a.ts:4 [TS2322] Type 'number' is not assignable to type 'string'.",
      "error src/a.ts:5 [TS2322] Type 'string' is not assignable to type 'number'.",
      "error src/a.ts:7 [TS2345] Argument of type 'string' is not assignable to parameter of type 'number'.",
    ],
  },
  {
    file: 'tsc-pretty.txt',
    format: 'tsc',
    findings: [
      "error src/a.ts:4 [TS2322] Type 'number' is not assignable to type 'string'.",
      "error src/a.ts:5 [TS2322] Type 'string' is not assignable to type 'number'.",
      "error src/a.ts:7 [TS2345] Argument of type 'string' is not assignable to parameter of type 'number'.",
    ],
  },
  {
    file: 'eslint.json',
    format: 'eslint-json',
    findings: [
      "warning lint/a.js:2 [prefer-const] 'y' is never reassigned. Use 'const' instead.",
      "error lint/a.js:3 [eqeqeq] Expected '===' and instead saw '=='.",
      "error lint/a.js:6 [no-unused-vars] 'unused' is assigned a value but never used.",
      'error lint/b.js:1 [-] Parsing error: Unexpected token =',
    ],
  },
  {
    file: 'eslint-stylish.txt',
    format: 'eslint-stylish',
    findings: [
      "warning lint/a.js:2 [prefer-const] 'y' is never reassigned. Use 'const' instead",
      "error lint/a.js:3 [eqeqeq] Expected '===' and instead saw '=='",
      "error lint/a.js:6 [no-unused-vars] 'unused' is assigned a value but never used",
      'error lint/b.js:1 [-] Parsing error: Unexpected token =',
    ],
  },
  {
    file: 'oxlint-github.txt',
    format: 'github',
    findings: [
      'error lint/b.js:1 [oxlint] Unexpected token',
      "warning lint/a.js:6 [eslint(no-unused-vars)] Variable 'unused' is declared but never used. Unused variables should start with a '_'.",
    ],
  },
  {
    file: 'oxlint-unix.txt',
    format: 'path-line',
    findings: [
      'error lint/b.js:1 [-] Unexpected token',
      "warning lint/a.js:6 [eslint(no-unused-vars)] Variable 'unused' is declared but never used. Unused variables should start with a '_'.",
    ],
  },
  {
    file: 'vitest.json',
    format: 'vitest-json',
    tests: '1/2/1',
    findings: [
      "error test/broken.test.js:- [-] Cannot find module './missing.js' imported from /workspace/repo/test/broken.test.js",
      'error test/sum.test.js:6 [group adds wrongly] AssertionError: expected 3 to be 4 // Object.is equality',
    ],
  },
  { file: 'vitest-empty.json', format: 'vitest-json', tests: '0/0/0', findings: [] },
  {
    file: 'jest.json',
    format: 'jest-json',
    tests: '1/2/1',
    findings: [
      'error test/sum.test.js:5 [group adds wrongly] Error: expect(received).toBe(expected) // Object.is equality',
      'error test/broken.test.js:1 [-] ● Test suite failed to run',
    ],
  },
  {
    file: 'node20.xml',
    format: 'junit',
    tests: '1/1/1',
    findings: ['error test/sum.test.js:7 [adds wrongly] AssertionError [ERR_ASSERTION]: 3 == 4'],
  },
  {
    file: 'node24.xml',
    format: 'junit',
    tests: '1/1/1',
    findings: ['error test/sum.test.js:7 [group › adds wrongly] AssertionError [ERR_ASSERTION]: 3 == 4'],
  },
  {
    file: 'pytest.xml',
    format: 'junit',
    tests: '1/2/1',
    findings: [
      'error tests/test_add.py:11 [tests.test_add.TestGroup › test_wrong] assert 3 == 4',
      'error tests/test_add.py:20 [tests.test_add › test_fixture] failed on setup with "RuntimeError: no server <here> & "there""',
    ],
  },
  {
    file: 'pytest-collection-error.xml',
    format: 'junit',
    tests: '0/1/0',
    findings: ['error tests/test_broken.py:1 [tests.test_broken] collection failure'],
  },
  {
    file: 'pytest.txt',
    format: 'pytest',
    tests: '1/2/1',
    findings: [
      'error tests/test_add.py:11 [TestGroup::test_wrong] assert 3 == 4',
      'error tests/test_add.py:20 [test_fixture] RuntimeError: no server <here> & "there"',
    ],
  },
  { file: 'ruff.txt', format: 'path-line', findings: ['error pkg/__init__.py:1 [F401] `os` imported but unused'] },
  { file: 'flake8.txt', format: 'path-line', findings: ["error pkg/__init__.py:1 [F401] 'os' imported but unused"] },
  {
    file: 'mypy.txt',
    format: 'path-line',
    findings: [
      'error pkg/__init__.py:10 [assignment] Incompatible types in assignment (expression has type "int", variable has type "str")',
    ],
  },
  {
    file: 'go-vet.txt',
    format: 'path-line',
    findings: [
      'error calc/calc.go:12 [-] fmt.Printf format %d has arg "x" of wrong type string',
      'error bad/bad.go:4 [-] cannot use "x" (untyped string constant) as int value in return statement',
    ],
  },
  {
    file: 'go-test.json.txt',
    format: 'go-test-json',
    tests: '2/2/1',
    findings: ['error calc/calc_test.go:13 [TestWrong/sub] calc_test.go:13: got 3, want 4'],
  },
  {
    file: 'go-test-build-fail.json.txt',
    format: 'go-test-json',
    tests: '0/1/0',
    findings: [
      'error bad/bad.go:4 [-] cannot use "x" (untyped string constant) as int value in return statement',
      'error -:- [example.test/calc/bad] FAIL\texample.test/calc/bad [build failed]',
    ],
  },
  { file: 'cargo-check.json.txt', format: 'cargo-json', findings: ['error src/lib.rs:2 [E0308] mismatched types'] },
  {
    file: 'cargo-test.json.txt',
    format: 'cargo-json',
    tests: '1/1/1',
    findings: [
      'warning src/lib.rs:2 [unused_variables] unused variable: `unused`',
      "error src/lib.rs:15 [tests::adds_wrongly] thread 'tests::adds_wrongly' (PID) panicked at src/lib.rs:15:9:",
    ],
  },
];

describe('recorded outputs', () => {
  for (const { file, format, tests, findings } of RECORDED) {
    for (const chosen of [format, 'auto']) {
      test(`${file} is read as ${chosen}`, async () => {
        const parsed = parserFor(chosen)?.(await fixture(file), ROOT);
        expect(
          parsed?.findings.map(
            ({ severity, path, line, rule, message }) => `${severity} ${path ?? '-'}:${line ?? '-'} [${rule ?? '-'}] ${firstLine(message)}`,
          ),
        ).toEqual(findings);
        const counts = parsed?.tests;
        expect(counts ? `${counts.passed}/${counts.failed}/${counts.skipped}` : undefined).toBe(tests);
      });
    }
  }
});

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/'\s\(\d+\)/, "' (PID)");
}

test('the lines that follow a diagnostic of tsc belong to its message', async () => {
  const parsed = parserFor('tsc')?.(await fixture('tsc-nested.txt'), ROOT);
  expect(parsed?.findings).toHaveLength(1);
  expect(parsed?.findings[0]?.message).toContain("\n    Type 'string' is not assignable to type 'number'.");
});

test('frames of the runner and of node are left out of a failure', async () => {
  for (const file of ['vitest.json', 'jest.json', 'node24.xml']) {
    const parsed = parserFor('auto')?.(await fixture(file), ROOT);
    for (const finding of parsed?.findings ?? []) expect(finding.message).not.toMatch(/at .*(node_modules|node:internal)/);
  }
});

test('text that is of no known format is not read as one without findings', () => {
  for (const format of ['auto', 'tsc', 'eslint-json', 'jest-json', 'junit', 'go-test-json', 'cargo-json', 'pytest', 'path-line']) {
    for (const text of ['', 'all good', '{}', '[1]', '<html></html>', '{"testResults":', 'Error: at 10:30 it failed']) {
      expect(parserFor(format)?.(text, ROOT), `${format}: ${text}`).toBeNull();
    }
  }
});

test('there is no parser for plain, nor for names of other things', () => {
  for (const format of ['plain', 'constructor', '__proto__', 'no-such']) expect(parserFor(format)).toBeNull();
});

test('ruff’s mark for what it could fix is no part of the message', () => {
  const parsed = parserFor('path-line')?.('a.py:1:1: I001 [*] Import block is un-sorted\n', ROOT);
  expect(parsed?.findings[0]).toMatchObject({ path: 'a.py', rule: 'I001', message: 'Import block is un-sorted' });
});
