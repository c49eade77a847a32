import { COLLECT_LIMITS, type CollectLimits, type LeftOut } from './collect-limits.ts';
import type { Git, GitCall } from './git.ts';
import { judgePath, sizeOf } from './judge-path.ts';
import { treeChanges, type TreeChanges } from './tree-changes.ts';

type TreeCall = GitCall & { workTree: string };

/**
 * Brings an index in line with its working tree, file by file, but for what must not get in; says what that was. A change
 * that passes a limit as a whole is left out as a whole.
 */
export async function stageTree(git: Git, call: TreeCall, limits: CollectLimits): Promise<readonly LeftOut[]> {
  const changes = await treeChanges(git, call);
  const judged = await judge(changes, call.workTree, limits);
  const tooLarge = judged.accepted.length > limits.maxFiles || judged.total > limits.maxTotalBytes;
  await stage(git, call, changes.gone, tooLarge ? [] : judged.accepted.map(({ path }) => path));
  return tooLarge ? [...judged.leftOut, { path: '', reason: 'change-too-large', blocks: true }] : judged.leftOut;
}

/** Beside the limit of one file: far more than is ever published, so that only a heap is cut. */
const MOST: CollectLimits = { ...COLLECT_LIMITS, maxFiles: 5_000 };

/** The same for a copy that is kept and not published: as much as there is room for, what git knew before first. */
export async function stageWhatFits(git: Git, call: TreeCall, changes: TreeChanges, limits: CollectLimits = MOST): Promise<void> {
  const { accepted } = await judge(changes, call.workTree, limits);
  const fitting: string[] = [];
  let total = 0;
  for (const { path, size } of accepted) {
    if (fitting.length >= limits.maxFiles) break;
    if (total + size > limits.maxTotalBytes) continue;
    total += size;
    fitting.push(path);
  }
  await stage(git, call, changes.gone, fitting);
}

interface Judged {
  readonly accepted: readonly { readonly path: string; readonly size: number }[];
  readonly leftOut: readonly LeftOut[];
  /** Bytes, those of what is left out too. */
  readonly total: number;
}

async function judge(changes: TreeChanges, workTree: string, limits: CollectLimits): Promise<Judged> {
  const accepted: { path: string; size: number }[] = [];
  const leftOut: LeftOut[] = [];
  let total = 0;
  for (const path of [...changes.present, ...changes.untracked]) {
    const size = await sizeOf(workTree, path);
    total += size;
    const objection = judgePath(path, size, limits);
    if (objection === null) accepted.push({ path, size });
    else leftOut.push(objection);
  }
  return { accepted, leftOut, total };
}

async function stage(git: Git, call: GitCall, gone: readonly string[], present: readonly string[]): Promise<void> {
  if (gone.length > 0) {
    const input = gone.map((path) => `0 ${'0'.repeat(40)}\t${path}\0`).join('');
    await git.ok(['update-index', '-z', '--index-info'], { ...call, input: Buffer.from(input, 'latin1') });
  }
  if (present.length > 0) {
    const input = present.map((path) => `${path}\0`).join('');
    await git.ok(['update-index', '-z', '--add', '--stdin'], { ...call, input: Buffer.from(input, 'latin1') });
  }
}
