import type { Git } from './git.ts';
import { withMirrorLock, type Mirror } from './mirror.ts';

/**
 * Packs what fetches and agents left in a mirror, and drops what nothing has referred to for two weeks: longer than any
 * task lives. To be called now and then, because no other command of ours does it by itself.
 */
export async function maintainMirror(git: Git, mirror: Mirror, signal?: AbortSignal): Promise<void> {
  await withMirrorLock(mirror, signal, async () => {
    await git.ok(['gc', '--quiet', '--prune=2.weeks.ago'], { gitDir: mirror.dir, signal, timeoutMs: 30 * 60_000 });
  });
}
