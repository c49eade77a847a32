import { git } from './run-git.ts';

export interface FileChange {
  filename: string;
  previousFilename: string | null;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  sha: string;
  additions: number;
  deletions: number;
  /** Null where git shows none: a binary file, a rename without an edit. */
  patch: string | null;
}

const STATUSES: Record<string, FileChange['status']> = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', C: 'copied', T: 'changed' };

const NO_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** `from` null: everything in `to` is new. */
export async function diffFiles(gitDir: string, from: string | null, to: string): Promise<FileChange[]> {
  const range = [from ?? NO_TREE, to];
  const [raw, counts, patch] = await Promise.all([
    git(gitDir, ['diff', '--raw', '-z', '-M', '--abbrev=40', ...range]),
    git(gitDir, ['diff', '--numstat', '-z', '-M', ...range]),
    diffText(gitDir, from, to),
  ]);
  const numbers = parseNumstat(counts);
  // The three lists name the files in the same order.
  const patches = patch.split(/^(?=diff --git )/m);
  return parseRaw(raw).map((change, index) => ({
    ...change,
    additions: numbers[index]?.additions ?? 0,
    deletions: numbers[index]?.deletions ?? 0,
    patch: hunks(patches[index] ?? ''),
  }));
}

export async function diffText(gitDir: string, from: string | null, to: string): Promise<string> {
  return git(gitDir, ['diff', '--no-color', '--no-ext-diff', '-M', from ?? NO_TREE, to]);
}

function parseRaw(raw: string): Pick<FileChange, 'filename' | 'previousFilename' | 'status' | 'sha'>[] {
  const fields = raw.split('\0');
  const changes = [];
  for (let at = 0; (fields[at] ?? '').startsWith(':');) {
    const [, , before = '', after = '', letter = ''] = (fields[at] ?? '').split(' ');
    const status = STATUSES[letter.charAt(0)] ?? 'changed';
    const moved = status === 'renamed' || status === 'copied';
    const filename = fields[at + (moved ? 2 : 1)] ?? '';
    const previousFilename = moved ? (fields[at + 1] ?? '') : null;
    changes.push({ filename, previousFilename, status, sha: status === 'removed' ? before : after });
    at += moved ? 3 : 2;
  }
  return changes;
}

function parseNumstat(numstat: string): { additions: number; deletions: number }[] {
  const counts = [...numstat.matchAll(/(?:^|\0)(\d+|-)\t(\d+|-)\t/g)];
  return counts.map(([, additions, deletions]) => ({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 }));
}

function hunks(patch: string): string | null {
  const start = patch.search(/^@@ /m);
  return start < 0 ? null : patch.slice(start).replace(/\n$/, '');
}
