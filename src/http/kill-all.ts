import type { Context } from 'hono';
import type { StopRequest } from '../store/schema.ts';
import { awaitKills } from '../tasks/await-kills.ts';
import { killAll } from '../tasks/kill-all.ts';
import type { ControlServices } from './services.ts';

/** Milliseconds. Longer than a server waits before it goes after a sandbox itself. */
const WAIT_MS = 10_000;

/** Stops everything, and waits for the confirmations: `killed` are confirmed, `failed` are not, and `errors` says each. */
export async function killAllAndWait(
  c: Context,
  services: Pick<ControlServices, 'db' | 'notifications'>,
  request: StopRequest,
): Promise<Response> {
  const all = await killAll(services.db, null, request);
  const total = all.killed.length + all.requested.length;
  const ids = all.requested.map(({ id }) => id);
  const errors = await awaitKills(services, ids, AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(WAIT_MS)]));
  const failed = errors.length;
  const killed = total - failed;
  return c.json({ message: sentence(total, failed), total, killed, failed, errors }, failed === 0 ? 200 : 202);
}

function sentence(total: number, failed: number): string {
  if (total === 0) return 'No agent is at work, and none waits.';
  const all = `${total} ${total === 1 ? 'agent' : 'agents'}`;
  if (failed === 0) return `${all} stopped, each confirmed.`;
  return `${all} asked to stop: ${total - failed} confirmed, ${failed} not yet.`;
}
