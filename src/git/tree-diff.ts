import type { ChangedFile } from './changed-file.ts';
import type { Git, GitCall } from './git.ts';

const STATUS: Readonly<Record<string, ChangedFile['status']>> = { A: 'added', M: 'modified', D: 'deleted', T: 'type-changed' };

/** Every path in which two trees differ, sorted as git sorts. Object to object: no working tree is read. */
export async function changedFiles(git: Git, from: string, to: string, call: GitCall): Promise<readonly ChangedFile[]> {
  const flags = ['-r', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--full-index'];
  const raw = await git.ok(['diff-tree', ...flags, '--raw', from, to], call);
  const counts = readCounts((await git.ok(['diff-tree', ...flags, '--numstat', from, to], call)).stdout);
  const files: ChangedFile[] = [];
  const fields = raw.stdout.toString('utf8').split('\0');
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [oldMode = '', mode = '', , blob = '', letter = ''] = (fields[index] ?? '').slice(1).split(' ');
    const path = fields[index + 1] ?? '';
    const gone = letter === 'D';
    files.push({
      path,
      status: STATUS[letter] ?? 'modified',
      mode: gone ? null : mode,
      oldMode: letter === 'A' ? null : oldMode,
      blob: gone ? null : blob,
      additions: counts.get(path)?.additions ?? null,
      deletions: counts.get(path)?.deletions ?? null,
      linkTarget: mode === '120000' ? await readLink(git, blob, call) : null,
    });
  }
  return files;
}

function readCounts(output: Buffer): Map<string, { additions: number | null; deletions: number | null }> {
  const counts = new Map<string, { additions: number | null; deletions: number | null }>();
  for (const line of output.toString('utf8').split('\0')) {
    const match = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(line);
    if (match === null) continue;
    const [additions, deletions] = [match[1], match[2]].map((count) => (count === '-' ? null : Number(count)));
    // A file that became a link is there twice, once deleted and once added.
    const before = counts.get(match[3] ?? '');
    counts.set(match[3] ?? '', { additions: add(before?.additions, additions), deletions: add(before?.deletions, deletions) });
  }
  return counts;
}

function add(before: number | null | undefined, count: number | null | undefined): number | null {
  if (before === null || count === null) return null;
  return (before ?? 0) + (count ?? 0);
}

async function readLink(git: Git, blob: string, call: GitCall): Promise<string> {
  const { stdout } = await git.ok(['cat-file', 'blob', blob], { ...call, maxOutputBytes: 8_192, truncate: true });
  return stdout.toString('utf8');
}
