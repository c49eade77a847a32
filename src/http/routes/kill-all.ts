import type { StopRequest } from '../../store/schema.ts';
import { awaitKills, type Unconfirmed } from '../../tasks/await-kills.ts';
import { killAll } from '../../tasks/kill-all.ts';
import type { ControlServices } from '../services.ts';

/** Milliseconds. Longer than a server waits before it goes after a sandbox itself. */
const WAIT_MS = 10_000;

/** Stops everything, and waits for the confirmations: `killed` are confirmed, `failed` are not, and `errors` says each. */
export async function killAllAndWait(services: Pick<ControlServices, 'db' | 'notifications'>, request: StopRequest, signal: AbortSignal) {
  const all = await killAll(services.db, null, request);
  const total = all.killed.length + all.requested.length;
  const ids = all.requested.map(({ id }) => id);
  const errors: Unconfirmed[] = await awaitKills(services, ids, AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]));
  const failed = errors.length;
  return { message: sentence(total, failed), total, killed: total - failed, failed, errors };
}

function sentence(total: number, failed: number): string {
  if (total === 0) return 'No agent is at work, and none waits.';
  const all = `${total} ${total === 1 ? 'agent' : 'agents'}`;
  if (failed === 0) return `${all} stopped, each confirmed.`;
  return `${all} asked to stop: ${total - failed} confirmed, ${failed} not yet.`;
}
