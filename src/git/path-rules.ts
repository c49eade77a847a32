import { posix } from 'node:path';
import picomatch from 'picomatch';
import { ALWAYS_PROTECTED } from '../domain/repository-settings.ts';
import type { ChangedFile } from './changed-file.ts';
import { hasGitLikeName, isGitLikeName } from './git-names.ts';
import { GITLINK_MODE } from './gitlinks.ts';

export interface PathViolation {
  readonly path: string;
  readonly rule:
    | 'protected'
    | 'submodule'
    | 'link-outside'
    | 'link-into-git'
    | 'link-over-protected'
    | 'name-git-like'
    | 'name-control-characters'
    | 'name-case-collision';
  /** One sentence for a person, without the path. */
  readonly message: string;
}

const LINK_MODE = '120000';

/**
 * What an agent's change may not touch or bring. `globs` are the repository's own (`protected:`), on top of those that
 * always hold; a glob that names a folder covers everything in it, and case does not matter, because it does not on
 * every file system. `tree` is every path of the new tree. Pure.
 */
export function checkPaths(files: readonly ChangedFile[], globs: readonly string[], tree: readonly string[]): readonly PathViolation[] {
  const protectedBy = matcher([...ALWAYS_PROTECTED, ...globs]);
  const twins = caseTwins(tree);
  const violations: PathViolation[] = [];
  for (const file of files) {
    const { path } = file;
    const glob = protectedBy.match(path);
    if (glob !== null) violations.push({ path, rule: 'protected', message: `Agents may not change what matches \`${glob}\`.` });
    if (file.mode === GITLINK_MODE || file.oldMode === GITLINK_MODE) {
      violations.push({ path, rule: 'submodule', message: 'Agents may not add or change submodules.' });
    }
    if (file.mode === null) continue;
    if (file.mode === LINK_MODE) violations.push(...linkViolations(file, protectedBy));
    violations.push(...nameViolations(file, twins));
  }
  return violations;
}

function linkViolations({ path, linkTarget }: ChangedFile, protectedBy: ReturnType<typeof matcher>): PathViolation[] {
  const violations: PathViolation[] = [];
  const target = linkTarget ?? '';
  const resolved = posix.normalize(posix.join(posix.dirname(path), target));
  if (posix.isAbsolute(target) || resolved === '..' || resolved.startsWith('../')) {
    violations.push({ path, rule: 'link-outside', message: 'The link points out of the repository.' });
  } else if (resolved.split('/').some(isGitLikeName)) {
    violations.push({ path, rule: 'link-into-git', message: "The link points into git's own folder." });
  }
  const under = protectedBy.beneath(path);
  if (under !== null) {
    violations.push({ path, rule: 'link-over-protected', message: `The link would stand in for what \`${under}\` protects.` });
  }
  return violations;
}

function nameViolations({ path, status }: ChangedFile, twins: ReadonlySet<string>): PathViolation[] {
  const violations: PathViolation[] = [];
  if (hasGitLikeName(path)) violations.push({ path, rule: 'name-git-like', message: 'The name is `.git` on some file systems.' });
  if (status !== 'added') return violations;
  if (/[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u.test(path)) {
    violations.push({ path, rule: 'name-control-characters', message: 'The name holds control or invisible characters.' });
  }
  if (twins.has(path)) {
    violations.push({ path, rule: 'name-case-collision', message: 'Another file has the same name but for upper and lower case.' });
  }
  return violations;
}

function matcher(globs: readonly string[]): { match(path: string): string | null; beneath(path: string): string | null } {
  const rules = globs.map((glob) => {
    const pattern = glob.replace(/^\.?\//, '').replace(/\/+$/, '');
    const options = { dot: true, nocase: true, nonegate: true };
    return { glob, test: picomatch([pattern, `${pattern}/**`], options), base: picomatch.scan(pattern).base.toLowerCase() };
  });
  return {
    match: (path) => rules.find(({ test }) => test(path))?.glob ?? null,
    beneath: (path) => rules.find(({ base }) => base.startsWith(`${path.toLowerCase()}/`))?.glob ?? null,
  };
}

/** Paths that are the same as another one where case and the composition of accents do not count. */
function caseTwins(tree: readonly string[]): Set<string> {
  const groups = Map.groupBy(tree, (path) => path.normalize('NFC').toLowerCase());
  return new Set([...groups.values()].filter((group) => group.length > 1).flat());
}
