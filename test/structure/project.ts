import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The checkout that these tests belong to. */
export const ROOT = join(import.meta.dirname, '../..');

/** Every file that is committed or about to be, with forward slashes. */
export function projectFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(ROOT, path))).toSorted();
}

/** The product's own sources: not tests, not configuration. */
export function sourceFiles(): readonly string[] {
  return projectFiles().filter((path) => /^(src|workers|gates)\/.*\.ts$/.test(path));
}

export function testFiles(): readonly string[] {
  return projectFiles().filter((path) => /^test\/.*\.ts$/.test(path));
}

export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function hasProjectFile(path: string): boolean {
  return existsSync(join(ROOT, path));
}

interface PackageFile {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

export function packageFile(): PackageFile {
  return JSON.parse(readProjectFile('package.json')) as PackageFile;
}

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Folder under the project → what is locked there. */
export function lockedPackages(): ReadonlyMap<string, LockedPackage> {
  const lock = JSON.parse(readProjectFile('package-lock.json')) as { packages: Record<string, LockedPackage> };
  return new Map(Object.entries(lock.packages).filter(([folder]) => folder !== ''));
}
