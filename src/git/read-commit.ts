import { posix } from 'node:path';
import type { Git } from './git.ts';
import type { Mirror } from './mirror.ts';

/** As in `BaseFiles`: a larger file counts as none. */
const MAX_FILE_BYTES = 1024 * 1024;

/** A file's text in a commit. null: there is no such file, it is a link or a folder, or it is larger than 1 MiB. */
export async function readFileAt(git: Git, mirror: Mirror, commit: string, path: string, signal?: AbortSignal): Promise<string | null> {
  if (!isPlainPath(path)) return null;
  const call = { gitDir: mirror.dir, signal };
  const listed = await git.ok(['ls-tree', '-z', '-l', '--full-tree', commit, '--', path], call);
  const match = /^(100\d{3}) blob ([0-9a-f]+) +(\d+)\t([^\0]*)\0$/.exec(listed.stdout.toString('utf8'));
  if (match === null || match[4] !== path || Number(match[3]) > MAX_FILE_BYTES) return null;
  const { stdout } = await git.ok(['cat-file', 'blob', match[2] ?? ''], call);
  return stdout.toString('utf8');
}

/** Every path in a commit, with forward slashes. */
export async function listFilesAt(git: Git, mirror: Mirror, commit: string, signal?: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await git.ok(['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit], { gitDir: mirror.dir, signal });
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
}

export interface DiffText {
  readonly text: string;
  readonly truncated: boolean;
}

/** The difference of two commits or trees as people read it, at most `maxBytes` of it, cut at a line's end. */
export async function diffText(
  git: Git,
  mirror: Mirror,
  from: string,
  to: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<DiffText> {
  const flags = ['-r', '-p', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short'];
  const call = { gitDir: mirror.dir, signal, maxOutputBytes: maxBytes, truncate: true };
  const { stdout, truncated } = await git.ok(['diff-tree', ...flags, from, to], call);
  const text = stdout.toString('utf8');
  return { text: truncated ? text.slice(0, text.lastIndexOf('\n') + 1) : text, truncated };
}

/** Whether a tree can have such a path at all. */
function isPlainPath(path: string): boolean {
  return path !== '' && path !== '.' && !/^\/|^\.\.(\/|$)|\/$|\0/.test(path) && posix.normalize(path) === path;
}
