import { createHmac, randomUUID } from 'node:crypto';
import type { WebhookChecker } from '../conformance/webhooks.ts';
import { WEBHOOK_TIMEOUT_MS } from '../server/limits.ts';

export interface WebhookTarget {
  url: string;
  secret: string;
}

export interface Attempt {
  /** Grows with each attempt, of whichever delivery. */
  id: number;
  at: string;
  seconds: number;
  /** Null: no answer; `error` says why. */
  status: number | null;
  error: string | null;
}

export interface Delivery {
  guid: string;
  event: string;
  action: string | null;
  /** As it was when the event happened. */
  body: string;
  attempts: Attempt[];
}

/** Nothing is sent while it is held, or before there is somewhere to send it to. */
export class Deliveries {
  readonly list: Delivery[] = [];
  target: WebhookTarget | null;
  readonly #check: WebhookChecker;
  readonly #violations: string[];
  #waiting: Delivery[] = [];
  #sending: Promise<void> | null = null;
  #held = false;
  #attempts = 0;
  readonly #stop = new AbortController();

  constructor(target: WebhookTarget | null, check: WebhookChecker, violations: string[]) {
    this.target = target;
    this.#check = check;
    this.#violations = violations;
  }

  add(event: string, payload: object): Delivery {
    const body = JSON.stringify(payload);
    this.#violations.push(...this.#check(event, JSON.parse(body) as object));
    const action = 'action' in payload ? String(payload.action) : null;
    const delivery: Delivery = { guid: randomUUID(), event, action, body, attempts: [] };
    this.list.push(delivery);
    this.#enqueue(delivery);
    return delivery;
  }

  /** Sends a delivery again: the same GUID, the same bytes. */
  redeliver(guid: string): void {
    const delivery = this.list.find((one) => one.guid === guid);
    if (!delivery) throw new Error(`no delivery ${guid}`);
    this.#enqueue(delivery);
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#send();
  }

  /** Until everything that may be sent has been answered, or has failed. */
  async settled(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async close(): Promise<void> {
    this.#waiting = [];
    this.#stop.abort();
    await this.settled();
  }

  #enqueue(delivery: Delivery): void {
    // A GitHub App without a webhook address misses what happens until it has one.
    if (this.target) this.#waiting.push(delivery);
    this.#send();
  }

  #send(): void {
    if (this.#sending || this.#held || this.#waiting.length === 0) return;
    this.#sending = this.#drain().finally(() => {
      this.#sending = null;
      this.#send();
    });
  }

  async #drain(): Promise<void> {
    for (let next = this.#next(); next; next = this.#next()) next.attempts.push(await this.#attempt(next));
  }

  #next(): Delivery | undefined {
    return this.#held ? undefined : this.#waiting.shift();
  }

  async #attempt(delivery: Delivery): Promise<Attempt> {
    const start = performance.now();
    const at = new Date().toISOString();
    const { status, error } = await this.#post(delivery);
    this.#attempts += 1;
    return { id: this.#attempts, at, seconds: Math.round(performance.now() - start) / 1000, status, error };
  }

  async #post(delivery: Delivery): Promise<Pick<Attempt, 'status' | 'error'>> {
    if (!this.target) return { status: null, error: 'no address' };
    try {
      const response = await fetch(this.target.url, {
        method: 'POST',
        headers: headersOf(delivery, this.target.secret),
        body: delivery.body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(WEBHOOK_TIMEOUT_MS)]),
      });
      await response.arrayBuffer();
      return { status: response.status, error: null };
    } catch (error) {
      return { status: null, error: String(error) };
    }
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
