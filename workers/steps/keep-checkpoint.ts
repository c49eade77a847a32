import { messageOf } from '../../src/errors.ts';
import { saveCheckpoint } from '../../src/git/checkpoint.ts';
import type { Workspace } from '../../src/git/workspace.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { outdateCheckpoint, putCheckpoint } from '../../src/store/checkpoints.ts';
import { HoldLost, type Hold } from '../hold.ts';
import { mayPass } from '../may-pass.ts';
import type { WorkerServices } from '../services.ts';

export interface Kept {
  readonly workspace: Workspace;
  /** The commit of the newest checkpoint; null: the agent went on without one. */
  readonly stored: { commit: string | null };
}

/**
 * What another worker needs to go on from here. Where it cannot be had for good the one before it stays, and says that it is
 * outdated: whoever goes on from it on another machine then tells the agent, whose transcript tells of more. A fault that
 * passes is thrown: the result of the call is not written down then, and the checkpoint before it is the newest. Returns the
 * commit of a new checkpoint; null where nothing has changed, or none could be made.
 */
export async function keepCheckpoint(
  { git, log }: Pick<WorkerServices, 'git' | 'log'>,
  { agent: { id }, signal, change }: Pick<Hold, 'agent' | 'signal' | 'change'>,
  { workspace, stored }: Kept,
  sandbox: Pick<Sandbox, 'freeze'>,
): Promise<string | null> {
  try {
    await using _ = await sandbox.freeze(signal);
    const saved = await saveCheckpoint(git, workspace, signal, { previous: stored.commit });
    if (saved === null) return null;
    const { commit, bundle } = saved;
    await change((tx) => (bundle === null ? outdateCheckpoint(tx, id) : putCheckpoint(tx, id, { commit, bundle })));
    stored.commit = commit;
    return commit;
  } catch (error) {
    signal.throwIfAborted();
    if (mayPass(error) || error instanceof HoldLost) throw error;
    await change((tx) => outdateCheckpoint(tx, id));
    stored.commit = null;
    log.warn({ err: error, agent: id }, `a checkpoint was not made: ${messageOf(error)}`);
    return null;
  }
}
