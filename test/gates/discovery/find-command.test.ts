import { describe, expect, test } from 'vitest';
import { findCommand } from '../../../gates/discovery/find-command.ts';
import type { KnownGate } from '../../../gates/discovery/known-tools.ts';
import type { GateCommand } from '../../../gates/gate.ts';
import { RepositorySettings } from '../../../src/domain/repository-settings.ts';
import { baseFiles } from '../base-files.ts';

type Files = Readonly<Record<string, string>>;

function find(gate: KnownGate, files: Files, settings: object = {}): Promise<GateCommand | null> {
  return findCommand(gate, baseFiles(files), RepositorySettings.parse(settings));
}

function pkg(scripts: Record<string, string>, ...devDependencies: string[]): Files {
  return { 'package.json': JSON.stringify({ scripts, devDependencies: Object.fromEntries(devDependencies.map((name) => [name, '*'])) }) };
}

const FOUND: readonly [string, KnownGate, Files, string, string][] = [
  ['a typecheck script', 'typecheck', pkg({ typecheck: 'tsc -p .' }), 'tsc -p . --pretty false', 'npm run typecheck'],
  ['another usual name of it', 'typecheck', pkg({ 'check-types': 'turbo check' }), 'turbo check', 'npm run check-types'],
  [
    'tsconfig.json with TypeScript',
    'typecheck',
    { ...pkg({}, 'typescript'), 'tsconfig.json': '{}' },
    'tsc --noEmit --pretty false',
    'tsc --noEmit',
  ],
  [
    'a solution file, which has no files of its own',
    'typecheck',
    { ...pkg({}, 'typescript'), 'tsconfig.json': '{"files": [], "references": []}' },
    'tsc -b --pretty false',
    'tsc -b',
  ],
  [
    'a lint script',
    'lint',
    pkg({ lint: 'eslint "src/**/*.ts"' }),
    'eslint "src/**/*.ts" --format json --output-file ../signalbox-reports/lint.json',
    'npm run lint',
  ],
  [
    'a lint script that is more than one tool',
    'lint',
    pkg({ lint: 'eslint . && prettier --check .' }),
    'eslint . && prettier --check .',
    'npm run lint',
  ],
  [
    'eslint that is configured',
    'lint',
    { ...pkg({}, 'eslint'), 'eslint.config.mjs': '' },
    'eslint . --format json --output-file ../signalbox-reports/lint.json',
    'eslint .',
  ],
  ['oxlint', 'lint', pkg({}, 'oxlint'), 'oxlint --format=github', 'oxlint'],
  ['a test script before the tool that is installed', 'test', pkg({ test: 'make check' }, 'vitest'), 'make check', 'npm test'],
  [
    'hooks around a script',
    'test',
    pkg({ pretest: 'build it', test: 'check it', posttest: 'clean' }),
    '( build it\n) && ( check it\n) && ( clean\n)',
    'npm test',
  ],
  [
    'vitest, where the script is npm’s own default',
    'test',
    pkg({ test: 'echo "Error: no test specified" && exit 1' }, 'vitest'),
    'vitest run --run --reporter=default --reporter=json --outputFile.json=../signalbox-reports/test.json',
    'vitest run',
  ],
  ['jest', 'test', pkg({}, 'jest'), 'jest --ci --json --outputFile=../signalbox-reports/test.json', 'jest'],
  [
    'test files without a framework',
    'test',
    { ...pkg({}), 'src/a.test.js': '' },
    'node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=../signalbox-reports/test.xml',
    'node --test',
  ],
  [
    'a coverage script',
    'coverage',
    pkg({ 'test:coverage': 'nyc mocha' }),
    'nyc --reporter=lcovonly --reporter=text-summary --report-dir=../signalbox-reports/coverage mocha',
    'npm run test:coverage',
  ],
  [
    'coverage of what the tests run with',
    'coverage',
    pkg({ test: 'jest src' }),
    'jest src --ci --coverage --coverageReporters=lcovonly --coverageReporters=text-summary --coverageDirectory=../signalbox-reports/coverage',
    'jest src',
  ],
  [
    'mypy, with its files in the settings',
    'typecheck',
    { 'pyproject.toml': '[tool.mypy]\nfiles = ["src"]\n' },
    'python3 -m mypy',
    'python3 -m mypy',
  ],
  [
    'mypy without',
    'typecheck',
    { 'pyproject.toml': '[tool.mypy]\nstrict = true\n[tool.x]\nfiles = 1\n' },
    'python3 -m mypy .',
    'python3 -m mypy .',
  ],
  ['pyright', 'typecheck', { 'pyproject.toml': '', 'pyrightconfig.json': '{}' }, 'pyright', 'pyright'],
  ['ruff', 'lint', { 'pyproject.toml': '[tool.ruff]\n' }, 'ruff check . --output-format=concise', 'ruff check .'],
  ['flake8', 'lint', { 'setup.cfg': '[flake8]\n' }, 'python3 -m flake8', 'python3 -m flake8'],
  [
    'pytest',
    'test',
    { 'requirements.txt': 'pytest==9\n' },
    'python3 -m pytest --junitxml=../signalbox-reports/test.xml -o junit_family=xunit1',
    'python3 -m pytest',
  ],
  ['unittest', 'test', { 'setup.py': '', 'tests/test_a.py': '' }, 'python3 -m unittest discover', 'python3 -m unittest discover'],
  [
    'pytest-cov',
    'coverage',
    { 'pyproject.toml': 'dev = ["pytest-cov"]' },
    'python3 -m pytest --cov --cov-report=xml:../signalbox-reports/coverage.xml',
    'python3 -m pytest',
  ],
  ['go build', 'typecheck', { 'go.mod': '' }, 'go build -o /dev/null ./...', 'go build ./...'],
  ['go vet', 'lint', { 'go.mod': '' }, 'go vet ./...', 'go vet ./...'],
  ['golangci-lint', 'lint', { 'go.mod': '', '.golangci.yml': '' }, 'golangci-lint run', 'golangci-lint run'],
  ['go test', 'test', { 'go.mod': '' }, "go list -m -f '{{.Path}} {{.Dir}}' && go test -json ./...", 'go test ./...'],
  ['cargo', 'test', { 'Cargo.toml': '' }, 'cargo test --no-fail-fast --message-format=json', 'cargo test'],
  ['clippy', 'lint', { 'Cargo.toml': '' }, 'cargo clippy --all-targets --message-format=json', 'cargo clippy --all-targets'],
  ['a make target', 'test', { Makefile: 'all:\n\ntest: all\n\tprove\n' }, 'make test', 'make test'],
];

const NOT_FOUND: readonly [string, KnownGate, Files][] = [
  ['an empty repository', 'test', {}],
  ['npm’s own default alone', 'test', pkg({ test: 'echo "Error: no test specified" && exit 1' })],
  ['package.json that is not JSON', 'test', { 'package.json': '{' }],
  ['package.json with scripts that are no table', 'test', { 'package.json': '{"scripts": 3}' }],
  ['tsconfig.json without TypeScript', 'typecheck', { ...pkg({}), 'tsconfig.json': '{}' }],
  ['eslint without a configuration', 'lint', pkg({}, 'eslint')],
  ['vitest without its coverage package', 'coverage', pkg({ test: 'vitest run' }, 'vitest')],
  ['tests that nobody can measure', 'coverage', pkg({ test: 'make check' })],
  ['a Makefile variable of the same name', 'test', { Makefile: 'test := 3\nlint:\n' }],
  ['a package that only sounds like pytest', 'coverage', { 'requirements.txt': 'pytest-covers\n' }],
];

describe('the command of a gate', () => {
  test.each(FOUND)('%s (%s)', async (_, gate, files, line, shown) => {
    const command = await find(gate, files);
    expect(command).toMatchObject({ line });
    expect(command?.shown ?? command?.line).toBe(shown);
  });

  test.each(NOT_FOUND)('is not found: %s (%s)', async (_, gate, files) => {
    expect(await find(gate, files)).toBeNull();
  });
});

describe('what .signalbox.yml sets', () => {
  test('replaces what would be found, and still gets a known tool’s reporter', async () => {
    const command = await find('test', pkg({ test: 'jest' }), { gates: { test: 'vitest run unit' } });
    expect(command).toMatchObject({ shown: 'vitest run unit', format: 'vitest-json', mustReport: true });
  });

  test('is taken at its word where it names the format or the report', async () => {
    const settings = { gates: { test: { run: 'vitest run', format: 'junit', report: 'out/junit.xml' } } };
    expect(await find('test', {}, settings)).toMatchObject({
      line: 'vitest run',
      format: 'junit',
      reports: ['out/junit.xml'],
      mustReport: true,
    });
  });
});

describe('the files that judge', () => {
  test('are the tool’s configuration, and the scripts and configurations that the line names', async () => {
    const files = {
      ...pkg({ lint: 'npm run one && ./tool -c conf/lint.json src/a.js', one: 'bash scripts/one.sh' }),
      'scripts/one.sh': '',
      tool: '',
      'conf/lint.json': '',
      'src/a.js': '',
    };
    const command = await find('lint', files);
    expect(command?.judgeFiles).toEqual(
      expect.arrayContaining(['package.json', '**/.eslintrc*', './scripts/one.sh', './tool', './conf/lint.json']),
    );
    expect(command?.judgeFiles).not.toContain('./src/a.js');
  });

  test('are not the tests, which are the work', async () => {
    const files = {
      ...pkg({ test: 'node test.js && node test/run.test.js && python tests/test_a.py' }),
      'test.js': '',
      'test/run.test.js': '',
      'tests/test_a.py': '',
    };
    const command = await find('test', files);
    expect(command?.judgeFiles?.filter((path) => path.startsWith('./') && /test/.test(path))).toEqual([]);
  });
});
