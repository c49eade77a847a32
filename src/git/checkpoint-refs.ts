/** Below this nothing is pushed, fetched over or pruned. */
export const CHECKPOINT_REFS = 'refs/signalbox/checkpoints/';

/** What keeps an agent's newest checkpoint in the mirror. */
export function checkpointRef(agentId: string): string {
  return `${CHECKPOINT_REFS}${agentId}`;
}
