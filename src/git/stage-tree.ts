import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectLimits, LeftOut } from './collect-limits.ts';
import type { Git, GitCall } from './git.ts';
import { hasGitLikeName } from './git-names.ts';

/** Brings an index in line with its working tree, file by file, but for what must not get in; says what that was. */
export async function stageTree(git: Git, call: GitCall & { workTree: string }, limits: CollectLimits): Promise<readonly LeftOut[]> {
  // 1: something needs an update, which is what is asked next.
  await git.run(['update-index', '-q', '--refresh'], call);
  const changed = await changedPaths(git, call);
  const untracked = split((await git.ok(['ls-files', '-z', '--others', '--exclude-standard'], call)).stdout);
  const { accepted, leftOut } = await judge([...changed.present, ...untracked], call.workTree, limits);

  const gone = changed.gone.map((path) => `0 ${'0'.repeat(40)}\t${path}\0`).join('');
  await git.ok(['update-index', '-z', '--index-info'], { ...call, input: Buffer.from(gone, 'latin1') });
  const added = Buffer.from(accepted.map((path) => `${path}\0`).join(''), 'latin1');
  await git.ok(['update-index', '-z', '--add', '--stdin'], { ...call, input: added });
  return leftOut;
}

/** Tracked paths that differ. Names are kept byte by byte (latin1), because a name need not be UTF-8. */
async function changedPaths(git: Git, call: GitCall): Promise<{ present: string[]; gone: string[] }> {
  const fields = split((await git.ok(['diff-files', '-z', '--name-status', '--no-renames'], call)).stdout);
  const present: string[] = [];
  const gone: string[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    (fields[index] === 'D' ? gone : present).push(fields[index + 1] ?? '');
  }
  return { present, gone };
}

async function judge(
  paths: readonly string[],
  workTree: string,
  limits: CollectLimits,
): Promise<{ accepted: readonly string[]; leftOut: readonly LeftOut[] }> {
  const accepted: string[] = [];
  const leftOut: LeftOut[] = [];
  let total = 0;
  for (const raw of paths) {
    const path = Buffer.from(raw, 'latin1').toString('utf8');
    const size = await sizeOf(workTree, raw);
    total += size;
    const reason = objection(raw, path, size, limits);
    if (reason !== null) leftOut.push({ path, reason, blocks: reason !== 'nested-repository' });
    else accepted.push(raw);
  }
  if (accepted.length <= limits.maxFiles && total <= limits.maxTotalBytes) return { accepted, leftOut };
  return { accepted: [], leftOut: [...leftOut, { path: '', reason: 'change-too-large', blocks: true }] };
}

function objection(raw: string, path: string, size: number, limits: CollectLimits): LeftOut['reason'] | null {
  // git lists the folder itself when it holds a repository of its own.
  if (raw.endsWith('/')) return 'nested-repository';
  if (Buffer.from(path, 'utf8').toString('latin1') !== raw) return 'name-not-utf8';
  if (hasGitLikeName(path)) return 'name-git-like';
  return size > limits.maxFileBytes ? 'file-too-large' : null;
}

async function sizeOf(workTree: string, raw: string): Promise<number> {
  const full = Buffer.concat([Buffer.from(join(workTree, '/')), Buffer.from(raw, 'latin1')]);
  const found = await lstat(full).catch(() => null);
  return found?.isFile() === true ? found.size : 0;
}

function split(output: Buffer): string[] {
  return output
    .toString('latin1')
    .split('\0')
    .filter((field) => field !== '');
}
