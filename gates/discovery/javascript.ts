import type { GateCommand } from '../gate.ts';
import { commandFor } from './command.ts';
import { instrument } from './known-tools.ts';
import type { KnownGate } from './known-tools.ts';
import { findScript } from './package-scripts.ts';
import { dependsOn, hasRootFile } from './repository.ts';
import type { Repository } from './repository.ts';

const TEST_FILE = /(\.|-|_)test\.[cm]?[jt]s$|(^|\/)test\/.*\.[cm]?js$|(^|\/)test-[^/]*\.[cm]?js$/;

/** JavaScript and TypeScript: a script of package.json, else the tool that the repository depends on. */
export async function findJavaScript(gate: KnownGate, repository: Repository): Promise<GateCommand | null> {
  const script = findScript(gate, repository);
  if (script !== null) return script;
  const line = await FALLBACKS[gate](repository);
  return line === null ? null : commandFor(gate, line, line, repository.paths);
}

type Fallback = (repository: Repository) => Promise<string | null> | string | null;
const FALLBACKS: Readonly<Record<KnownGate, Fallback>> = { typecheck, lint, test, coverage };

async function typecheck({ base, paths, packageJson }: Repository): Promise<string | null> {
  if (!paths.has('tsconfig.json') || !dependsOn(packageJson, 'typescript')) return null;
  const text = (await base.read('tsconfig.json')) ?? '';
  // A solution file has no files of its own: without -b nothing would be checked, and that would look like a pass.
  const solution = /"references"\s*:/.test(text) && /"files"\s*:\s*\[\s*\]/.test(text);
  return solution ? 'tsc -b' : 'tsc --noEmit';
}

function lint(repository: Repository): string | null {
  const { packageJson } = repository;
  if (dependsOn(packageJson, 'eslint') && hasRootFile(repository, /^(eslint\.config\.\w+|\.eslintrc(\.\w+)?)$/)) return 'eslint .';
  if (dependsOn(packageJson, 'oxlint')) return 'oxlint';
  if (dependsOn(packageJson, '@biomejs/biome') && hasRootFile(repository, /^biome\.jsonc?$/)) return 'biome lint';
  return null;
}

function test({ packageJson, paths }: Repository): string | null {
  if (packageJson === null) return null;
  if (dependsOn(packageJson, 'vitest')) return 'vitest run';
  if (dependsOn(packageJson, 'jest')) return 'jest';
  if (['mocha', 'ava', 'tap', 'jasmine', 'karma', 'uvu'].some((name) => dependsOn(packageJson, name))) return null;
  for (const path of paths) if (TEST_FILE.test(path) && !path.includes('node_modules/')) return 'node --test';
  return null;
}

/** The coverage of whatever the tests run with, where that is plain and the tool can measure it. */
function coverage(repository: Repository): string | null {
  const { packageJson } = repository;
  const line = packageJson?.scripts['test'] ?? test(repository);
  if (line === null || instrument(line, 'coverage') === null) return null;
  const vitest = instrument(line, 'test')?.format === 'vitest-json';
  if (vitest && !dependsOn(packageJson, '@vitest/coverage-v8') && !dependsOn(packageJson, '@vitest/coverage-istanbul')) return null;
  return line;
}
