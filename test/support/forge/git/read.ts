import { git, tryGit } from './run-git.ts';

interface Signature {
  name: string;
  email: string;
  date: string;
}

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

export interface TreeEntry {
  type: 'file' | 'dir' | 'submodule' | 'symlink';
  sha: string;
  size: number;
  name: string;
}

/** Every branch and tag by its full name. GitHub's own refs/pull are left out: they follow, they never lead. */
export async function readRefs(gitDir: string): Promise<Map<string, string>> {
  const output = await git(gitDir, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags']);
  const lines = output.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
}

/** The commit that a branch, a tag, a full ref or a sha names. */
export async function resolveCommit(gitDir: string, name: string): Promise<string | null> {
  if (name === '' || name.startsWith('-') || /\.\.|\n/.test(name)) return null;
  const input = [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name].map((candidate) => `${candidate}^{commit}\n`).join('');
  const { stdout } = await tryGit(gitDir, ['cat-file', '--batch-check'], { input });
  return /^([0-9a-f]{40}) commit \d+$/m.exec(stdout.toString())?.[1] ?? null;
}

const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x1f');

/** The newest first; a range such as `base..head`, or one name. */
export async function readCommits(gitDir: string, range: string, limit = 250): Promise<Commit[]> {
  const output = await git(gitDir, ['log', `--max-count=${limit}`, `--format=${FIELDS}%x1e`, '--end-of-options', range, '--']);
  return output
    .split('\x1e')
    .map((record) => record.replace(/^\n/, ''))
    .filter((record) => record !== '')
    .map(parseCommit);
}

export async function readCommit(gitDir: string, sha: string): Promise<Commit> {
  const [commit] = await readCommits(gitDir, sha, 1);
  if (!commit) throw new Error(`no commit ${sha}`);
  return commit;
}

function parseCommit(record: string): Commit {
  const [sha = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = ''] = record.split('\x1f');
  return {
    sha,
    tree,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author: { name: an, email: ae, date: ad.replace('+00:00', 'Z') },
    committer: { name: cn, email: ce, date: cd.replace('+00:00', 'Z') },
    message: message.trimEnd(),
  };
}

export async function countCommits(gitDir: string, range: string): Promise<number> {
  return Number(await git(gitDir, ['rev-list', '--count', '--end-of-options', range, '--']));
}

export async function isAncestor(gitDir: string, ancestor: string, of: string): Promise<boolean> {
  return (await tryGit(gitDir, ['merge-base', '--is-ancestor', ancestor, of])).code === 0;
}

export async function mergeBase(gitDir: string, a: string, b: string): Promise<string | null> {
  const { code, stdout } = await tryGit(gitDir, ['merge-base', a, b]);
  return code === 0 ? stdout.toString().trim() : null;
}

/** The file's bytes, or null where the commit has no such file. */
export async function readFileAt(gitDir: string, commit: string, path: string): Promise<{ sha: string; content: Buffer } | null> {
  const object = await tryGit(gitDir, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:${path}`]);
  if (object.code !== 0) return null;
  const sha = object.stdout.toString().trim();
  const blob = await tryGit(gitDir, ['cat-file', 'blob', sha]);
  return blob.code === 0 ? { sha, content: blob.stdout } : null;
}

/** A folder's entries, or null where the commit has no such folder. */
export async function readFolderAt(gitDir: string, commit: string, path: string): Promise<TreeEntry[] | null> {
  const { code, stdout } = await tryGit(gitDir, [
    'ls-tree',
    '-z',
    '--long',
    '--end-of-options',
    path === '' ? commit : `${commit}:${path}`,
  ]);
  if (code !== 0) return null;
  const lines = stdout
    .toString()
    .split('\0')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const [meta = '', name = ''] = line.split('\t');
    const [mode = '', kind = '', sha = '', size = ''] = meta.split(/ +/);
    return { type: entryType(mode, kind), sha, size: Number(size) || 0, name };
  });
}

function entryType(mode: string, kind: string): TreeEntry['type'] {
  if (mode === '120000') return 'symlink';
  if (kind === 'commit') return 'submodule';
  return kind === 'tree' ? 'dir' : 'file';
}
