import { z } from 'zod';
import type { Repository } from '../discovery/repository.ts';
import { parseJson } from '../parsers/json.ts';
import type { SetupCommand } from './setup.ts';

const NpmLock = z.object({
  packages: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});

/** By the lock file; where several lie about, the one of the package manager that is hardest to come by by accident. */
export async function javaScriptSetup(repository: Repository): Promise<SetupCommand | null> {
  const { base, paths } = repository;
  if (!paths.has('package.json')) return null;
  if (paths.has('pnpm-lock.yaml')) return managed('pnpm', 'install --frozen-lockfile');
  if (paths.has('yarn.lock')) return yarn((await base.read('yarn.lock')) ?? '');
  if (paths.has('bun.lock') || paths.has('bun.lockb')) return same('bun install --frozen-lockfile');
  for (const lock of ['npm-shrinkwrap.json', 'package-lock.json']) {
    if (!paths.has(lock)) continue;
    const text = await base.read(lock);
    return text !== null && hasNoPackages(text) ? null : { line: 'npm ci --no-audit --no-fund', shown: 'npm ci' };
  }
  return hasDependencies(repository) ? { line: 'npm install --no-audit --no-fund --no-package-lock', shown: 'npm install' } : null;
}

/** The lock file of Yarn 2 and later is YAML with a `__metadata` entry; the first Yarn's has a format of its own. */
function yarn(lock: string): SetupCommand {
  return /^__metadata:/m.test(lock) ? managed('yarn', 'install --immutable') : managed('yarn', 'install --frozen-lockfile');
}

/** Corepack brings the version that package.json names, where Node still has it. */
function managed(manager: string, args: string): SetupCommand {
  const line = [
    `if command -v ${manager} >/dev/null; then ${manager} ${args}`,
    `elif command -v corepack >/dev/null; then COREPACK_ENABLE_DOWNLOAD_PROMPT=0 corepack ${manager} ${args}`,
    `else npx --yes ${manager} ${args}`,
    'fi',
  ].join('; ');
  return { line, shown: `${manager} ${args}` };
}

function same(line: string): SetupCommand {
  return { line, shown: line };
}

/** The entry with the empty name is the repository itself. */
function hasNoPackages(text: string): boolean {
  const lock = parseJson(text, NpmLock);
  if (lock === null) return false;
  return Object.keys(lock.packages ?? {}).every((name) => name === '') && Object.keys(lock.dependencies ?? {}).length === 0;
}

function hasDependencies({ packageJson }: Repository): boolean {
  if (packageJson === null) return false;
  return [packageJson.dependencies, packageJson.devDependencies].some((list) => Object.keys(list).length > 0);
}
