import { z } from 'zod';
import type { BaseFiles } from '../gate.ts';
import { parseJson } from '../parsers/json.ts';

const Versions = z.record(z.string(), z.unknown()).catch({});
const PackageJson = z.object({
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: Versions,
  devDependencies: Versions,
  peerDependencies: Versions,
  optionalDependencies: Versions,
});
export type PackageJson = z.infer<typeof PackageJson>;

/** The base branch as the discovery asks about it. */
export interface Repository {
  readonly base: BaseFiles;
  readonly paths: ReadonlySet<string>;
  readonly packageJson: PackageJson | null;
}

export async function readRepository(base: BaseFiles): Promise<Repository> {
  const paths = new Set(await base.list());
  const text = paths.has('package.json') ? await base.read('package.json') : null;
  return { base, paths, packageJson: text === null ? null : parseJson(text, PackageJson) };
}

export function dependsOn(pkg: PackageJson | null, name: string): boolean {
  if (pkg === null) return false;
  return [pkg.dependencies, pkg.devDependencies, pkg.peerDependencies, pkg.optionalDependencies].some((list) => Object.hasOwn(list, name));
}

/** Whether a file at the repository's root has a name that matches. */
export function hasRootFile(repository: Repository, pattern: RegExp): boolean {
  for (const path of repository.paths) if (!path.includes('/') && pattern.test(path)) return true;
  return false;
}

/** The texts of those of `paths` that exist, in order. */
export async function textsOf(repository: Repository, paths: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const path of paths) {
    const text = repository.paths.has(path) ? await repository.base.read(path) : null;
    if (text !== null) texts.push(text);
  }
  return texts;
}
