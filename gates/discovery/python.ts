import type { GateCommand } from '../gate.ts';
import { commandFor } from './command.ts';
import type { KnownGate } from './known-tools.ts';
import { textsOf } from './repository.ts';
import type { Repository } from './repository.ts';

const PROJECT_FILES = ['pyproject.toml', 'setup.cfg', 'setup.py', 'tox.ini', 'requirements.txt'];
const DEPENDENCY_FILES = [
  ...PROJECT_FILES,
  'requirements-dev.txt',
  'dev-requirements.txt',
  'requirements/dev.txt',
  'requirements-test.txt',
  'Pipfile',
];
const TEST_FILE = /(^|\/)(test_[^/]*|[^/]*_test)\.py$/;

/** Python: the tools that its project files configure or name. */
export async function findPython(gate: KnownGate, repository: Repository): Promise<GateCommand | null> {
  if (!PROJECT_FILES.some((path) => repository.paths.has(path))) return null;
  const settings = (await textsOf(repository, DEPENDENCY_FILES)).join('\n');
  const line = lineFor(gate, settings, repository.paths);
  return line === null ? null : commandFor(gate, line, line, repository.paths);
}

function lineFor(gate: KnownGate, settings: string, paths: ReadonlySet<string>): string | null {
  const names = (tool: string): boolean => new RegExp(`(?<![\\w-])${tool}(?![\\w-])`).test(settings);
  const hasOne = (...files: string[]): boolean => files.some((file) => paths.has(file));
  switch (gate) {
    case 'typecheck':
      if (names('mypy') || hasOne('mypy.ini', '.mypy.ini')) return mypy(settings);
      return names('pyright') || hasOne('pyrightconfig.json') ? 'pyright' : null;
    case 'lint':
      if (names('ruff') || hasOne('ruff.toml', '.ruff.toml')) return 'ruff check .';
      return names('flake8') || hasOne('.flake8') ? 'python3 -m flake8' : null;
    case 'test':
      if (names('pytest') || hasOne('pytest.ini', '.pytest.ini')) return 'python3 -m pytest';
      return [...paths].some((path) => TEST_FILE.test(path)) ? 'python3 -m unittest discover' : null;
    case 'coverage':
      return names('pytest-cov') ? 'python3 -m pytest' : null;
  }
}

/** mypy takes its files from the settings where they name some, and must be given a folder where they do not. */
function mypy(settings: string): string {
  const section = /^\[(?:tool\.)?mypy\]$([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(settings)?.[1] ?? '';
  return /^\s*(files|packages|modules)\s*=/m.test(section) ? 'python3 -m mypy' : 'python3 -m mypy .';
}
