import { messageOf, SignalboxError } from '../errors.ts';
import type { Forge } from '../forge/forge.ts';
import type { Logger } from '../log.ts';
import { startLoop } from '../loop.ts';
import type { Db } from '../store/database.ts';
import { claimDeliveries, finishDelivery, postponeDelivery, renewDelivery, type Delivery } from '../store/deliveries.ts';
import type { Notifications } from '../store/notifications.ts';
import { whileRenewing } from '../store/while-renewing.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { handleDelivery } from './handle.ts';

export interface ProcessOptions {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly forges: readonly Forge[];
  readonly allowedBots: readonly string[];
  readonly log: Logger;
  readonly tracing: Tracing;
}

const AT_ONCE = 10;
/** Milliseconds. A server that dies over a delivery leaves it to the next one after this; one that lives keeps it. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** Together about an hour and a half: longer than most outages of a forge. */
const ATTEMPTS = 12;
const LONGEST_DELAY_MS = 900_000;

/** Handles recorded deliveries until disposed: those of one subject in order, those of different subjects at once. */
export function startProcessing(options: ProcessOptions): AsyncDisposable {
  return startLoop({ name: 'deliveries', topic: 'delivery', everyMs: 1000, ...options }, async () => {
    const due = await claimDeliveries(options.db, AT_ONCE, LEASE_MS);
    await Promise.all(due.map((delivery) => processOne(options, delivery)));
    return due.length > 0 ? 'again' : 'wait';
  });
}

async function processOne(options: ProcessOptions, delivery: Delivery): Promise<void> {
  const { requestId, traceParent: parent } = delivery;
  const log = options.log.child({ requestId, delivery: delivery.deliveryId, event: delivery.event });
  const forge = options.forges.find((candidate) => candidate.name === delivery.forge);
  if (!forge) return finishDelivery(options.db, delivery.seq, 'failed', `the forge ${delivery.forge} is not configured any more`);
  try {
    const renew = () => renewDelivery(options.db, delivery.seq, LEASE_MS);
    const attributes = { 'signalbox.forge': forge.name, 'signalbox.event': delivery.event, 'signalbox.attempt': delivery.attempts };
    const { state, note } = await options.tracing.span('delivery', { parent, attributes }, () => {
      const origin = options.tracing.origin(requestId);
      return whileRenewing(RENEW_MS, renew, () => handleDelivery({ ...options, forge, origin }, delivery));
    });
    await finishDelivery(options.db, delivery.seq, state, note);
    log.info({ state, note }, 'delivery handled');
  } catch (error) {
    const retryable = error instanceof SignalboxError ? error.retryable : true;
    if (retryable && delivery.attempts < ATTEMPTS) {
      log.warn({ err: error, attempts: delivery.attempts }, 'delivery postponed');
      return postponeDelivery(options.db, delivery.seq, messageOf(error), Math.min(1000 * 2 ** delivery.attempts, LONGEST_DELAY_MS));
    }
    log.error({ err: error }, 'delivery failed');
    await finishDelivery(options.db, delivery.seq, 'failed', messageOf(error));
  }
}
