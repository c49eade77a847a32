import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import { withMirrorLock, type Mirror } from './mirror.ts';
import { worktreesOf } from './mirror-siblings.ts';

const EVERY_MS = 24 * 3_600_000;
const LONGEST_MS = 10 * 60_000;
/** A file whose time is that of the last maintenance, or of the first look at the mirror. */
const MARK = 'signalbox-maintained';

/**
 * Packs what fetches and agents left in a mirror, and drops what nothing has referred to for two weeks, longer than any task
 * lives: checkpoints that were superseded above all. Git's own automatic way is off, because it goes on behind a fetch where
 * nobody can end it. false: it was done less than a day ago, or an agent works in the mirror.
 */
export async function maintainMirror(git: Git, mirror: Mirror, signal: AbortSignal): Promise<boolean> {
  return await withMirrorLock(mirror, signal, async () => {
    if (!(await isDue(mirror)) || (await worktreesOf(mirror.dir)).length > 0) return false;
    try {
      await git.ok(['gc', '--quiet', '--prune=2.weeks.ago'], { gitDir: mirror.dir, signal, timeoutMs: LONGEST_MS });
    } finally {
      // What failed is not tried again for a day either; what was interrupted is.
      if (!signal.aborted) await writeFile(join(mirror.dir, MARK), '');
    }
    return true;
  });
}

async function isDue({ dir }: Mirror): Promise<boolean> {
  const mark = await stat(join(dir, MARK)).catch(() => null);
  if (mark === null) await writeFile(join(dir, MARK), '');
  return mark !== null && Date.now() - mark.mtimeMs >= EVERY_MS;
}
