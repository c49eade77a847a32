import type { RepositorySettings } from '../src/domain/repository-settings.ts';
import { readRepository } from './discovery/repository.ts';
import type { Repository } from './discovery/repository.ts';
import type { BaseFiles } from './gate.ts';
import { javaScriptSetup } from './setup/javascript.ts';
import { pythonSetup } from './setup/python.ts';
import type { SetupCommand } from './setup/setup.ts';

type Finder = (repository: Repository) => Promise<SetupCommand | null> | SetupCommand | null;
const FINDERS: readonly Finder[] = [javaScriptSetup, pythonSetup, goSetup, rustSetup];

/**
 * What installs the dependencies of the base branch: `setup` in `.signalbox.yml`, else what its lock files say, one
 * line for each language. null: nothing is to be installed.
 */
export async function findSetup(base: BaseFiles, settings: RepositorySettings): Promise<SetupCommand | null> {
  if (settings.setup === false) return null;
  if (settings.setup !== undefined) return { line: settings.setup, shown: settings.setup };
  const repository = await readRepository(base);
  const found: SetupCommand[] = [];
  for (const find of FINDERS) {
    const setup = await find(repository);
    if (setup !== null) found.push(setup);
  }
  if (found.length === 0) return null;
  const line = found.length === 1 ? (found[0]?.line ?? '') : found.map((setup) => `( ${setup.line}\n)`).join(' && ');
  return { line, shown: found.map((setup) => setup.shown).join(' && ') };
}

/** A module without requirements has no go.sum. */
function goSetup({ paths }: Repository): SetupCommand | null {
  return paths.has('go.sum') ? { line: 'go mod download', shown: 'go mod download' } : null;
}

async function rustSetup({ base, paths }: Repository): Promise<SetupCommand | null> {
  if (!paths.has('Cargo.lock')) return null;
  const lock = await base.read('Cargo.lock');
  // The members of the workspace have no source; a lock file that is too large to be read surely names others.
  if (lock !== null && !/^source = /m.test(lock)) return null;
  return { line: 'cargo fetch --locked', shown: 'cargo fetch --locked' };
}
