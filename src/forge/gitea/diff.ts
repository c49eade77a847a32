/** Path → the lines of the new file that a diff shows: a comment can stand at these. */
export type ShownLines = ReadonlyMap<string, ReadonlySet<number>>;

/** What is left of a hunk, and the line of the new file that comes next. */
interface Hunk {
  readonly at: number;
  readonly old: number;
  readonly new: number;
}

/**
 * Reads `git diff`. What the changed files say is not ours, so that a line of theirs which looks like a header must not be taken
 * for one: each hunk is as long as it says. A file whose name git writes in quotes is left out.
 */
export function shownLines(diff: string): ShownLines {
  const files = new Map<string, Set<number>>();
  let lines = new Set<number>();
  let hunk: Hunk = { at: 0, old: 0, new: 0 };
  for (const text of diff.split('\n')) {
    if (hunk.old > 0 || hunk.new > 0) {
      hunk = afterLine(text, hunk, lines);
      continue;
    }
    if (text.startsWith('diff --git ')) lines = new Set();
    const name = /^\+\+\+ b\/([^\t]+)/.exec(text)?.[1];
    if (name !== undefined) files.set(name, lines);
    hunk = hunkIn(text) ?? hunk;
  }
  return files;
}

function hunkIn(text: string): Hunk | null {
  const found = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text);
  return found && { at: Number(found[2]), old: Number(found[1] ?? 1), new: Number(found[3] ?? 1) };
}

function afterLine(text: string, hunk: Hunk, lines: Set<number>): Hunk {
  if (text.startsWith('\\')) return hunk;
  if (text.startsWith('-')) return { ...hunk, old: hunk.old - 1 };
  lines.add(hunk.at);
  return { at: hunk.at + 1, old: text.startsWith('+') ? hunk.old : hunk.old - 1, new: hunk.new - 1 };
}
