import { diffText } from '../../src/git/read-commit.ts';
import { putDiff } from '../../src/store/diffs.ts';
import { HoldLost, type Hold } from '../hold.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';

/** Enough to see what an agent did; the whole of it is on the forge. */
const MAX_BYTES = 262_144;

/** Notes what an agent has changed, for the pages that show it. Where that cannot be read, its work goes on all the same. */
export async function keepDiff(
  { git, log }: WorkerServices,
  hold: Hold,
  { mirror }: Plan,
  { from, commit }: { readonly from: string; readonly commit: string },
): Promise<void> {
  try {
    const diff = await diffText(git, mirror, from, commit, MAX_BYTES, hold.signal);
    await hold.change((tx) => putDiff(tx, hold.agent.id, { commit, ...diff }));
  } catch (error) {
    hold.signal.throwIfAborted();
    if (error instanceof HoldLost) throw error;
    log.warn({ err: error, agent: hold.agent.id }, 'what an agent changed could not be kept for its page');
  }
}
