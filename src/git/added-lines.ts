import type { ChangedFile } from './changed-file.ts';
import type { Git, GitCall } from './git.ts';

/** Says of a range of lines in the new content whether any of them is new. */
export type IsAdded = (line: number, endLine: number) => boolean;

/** Which lines of a changed file the change brought. */
export async function addedLines(git: Git, from: string, to: string, file: ChangedFile, call: GitCall): Promise<IsAdded> {
  if (file.status !== 'modified') return () => true;
  const flags = ['-r', '-p', '-U0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--text'];
  const { stdout } = await git.ok(['diff-tree', ...flags, from, to, '--', file.path], call);
  const ranges: (readonly [number, number])[] = [];
  // Lines of content start with a sign, so that none of them can be taken for the head of a hunk.
  for (const match of stdout.toString('latin1').matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)) {
    const start = Number(match[1]);
    const count = match[2] === undefined ? 1 : Number(match[2]);
    if (count > 0) ranges.push([start, start + count - 1]);
  }
  return (line, endLine) => ranges.some(([first, last]) => line <= last && endLine >= first);
}
