import { createHmac } from 'node:crypto';
import { newDelivery, Outbox, type Delivery, type WebhookTarget } from '../../forge/webhooks/outbox.ts';
import type { WebhookChecker } from '../conformance/webhooks.ts';
import { WEBHOOK_TIMEOUT_MS } from '../server/limits.ts';

/** The App's webhooks: one address for all of them, that of the moment in which they are sent. */
export class Deliveries extends Outbox<Delivery> {
  target: WebhookTarget | null;
  readonly #check: WebhookChecker;
  readonly #violations: string[];

  constructor(target: WebhookTarget | null, check: WebhookChecker, violations: string[]) {
    super({
      timeoutMs: WEBHOOK_TIMEOUT_MS,
      address: (delivery) => {
        if (!this.target) return { refused: 'no address' };
        return { url: this.target.url, headers: headersOf(delivery, this.target.secret), body: delivery.body };
      },
    });
    this.target = target;
    this.#check = check;
    this.#violations = violations;
  }

  add(event: string, payload: object): void {
    const delivery = newDelivery(event, payload);
    this.#violations.push(...this.#check(event, JSON.parse(delivery.body) as object));
    this.record(delivery);
    // A GitHub App without a webhook address misses what happens until it has one.
    if (this.target) this.send(delivery);
  }

  /** Sends a delivery again: the same GUID, the same bytes. */
  redeliver(guid: string): void {
    const delivery = this.find(guid);
    if (this.target) this.send(delivery);
  }
}

function headersOf({ event, guid, body }: Delivery, secret: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/standin',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-github-hook-id': '1',
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
}
