import type { Git, GitCall } from './git.ts';
import { GITLINK_MODE } from './gitlinks.ts';

/** How a working tree differs from its index. Names are kept byte by byte (latin1), because a name need not be UTF-8. */
export interface TreeChanges {
  /** Tracked and different. */
  readonly present: readonly string[];
  /** Tracked and not there any more. */
  readonly gone: readonly string[];
  /** Not tracked and not ignored. */
  readonly untracked: readonly string[];
  /** Whether the tree is that of HEAD. */
  readonly clean: boolean;
}

/** One process for all of it. The index is only read. */
export async function treeChanges(git: Git, call: GitCall): Promise<TreeChanges> {
  const flags = ['--porcelain=v2', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'];
  const present: string[] = [];
  const gone: string[] = [];
  const untracked: string[] = [];
  let staged = false;
  for (const line of (await git.ok(['status', ...flags], call)).stdout.toString('latin1').split('\0')) {
    if (line.startsWith('? ')) untracked.push(line.slice(2));
    // 1 <XY> <sub> <mode in HEAD> <mode in the index> <mode> <object in HEAD> <object in the index> <path>
    const [, x, y, headMode, path] = /^1 (.)(.) \S+ (\d+) \d+ \d+ \S+ \S+ (.*)$/s.exec(line) ?? [];
    if (path === undefined) continue;
    if (x !== '.' && headMode !== GITLINK_MODE) staged = true;
    if (y === 'D') gone.push(path);
    else if (y !== '.') present.push(path);
  }
  return { present, gone, untracked, clean: !staged && present.length + gone.length + untracked.length === 0 };
}
