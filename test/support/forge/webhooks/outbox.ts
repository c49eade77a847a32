import { randomUUID } from 'node:crypto';

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

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface Courier<D extends Delivery> {
  /** How a delivery goes out, asked when its turn comes; in words, why it does not. */
  address(delivery: D): PostRequest | { refused: string };
  timeoutMs: number;
}

/** Sends webhooks one after the other; nothing while they are held. What a webhook says, and to whom it goes, is the forge's. */
export class Outbox<D extends Delivery> {
  readonly list: D[] = [];
  readonly #courier: Courier<D>;
  #waiting: D[] = [];
  #sending: Promise<void> | null = null;
  #held = false;
  #attempts = 0;
  readonly #stop = new AbortController();

  constructor(courier: Courier<D>) {
    this.#courier = courier;
  }

  /** Writes a delivery down. `send` gives it to the courier. */
  record(delivery: D): void {
    this.list.push(delivery);
  }

  find(guid: string): D {
    const delivery = this.list.find((one) => one.guid === guid);
    if (!delivery) throw new Error(`no delivery ${guid}`);
    return delivery;
  }

  send(delivery: D): void {
    this.#waiting.push(delivery);
    this.#go();
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#go();
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

  #go(): void {
    if (this.#sending || this.#held || this.#waiting.length === 0) return;
    this.#sending = this.#drain().finally(() => {
      this.#sending = null;
      this.#go();
    });
  }

  async #drain(): Promise<void> {
    for (let next = this.#next(); next; next = this.#next()) next.attempts.push(await this.#attempt(next));
  }

  #next(): D | undefined {
    return this.#held ? undefined : this.#waiting.shift();
  }

  async #attempt(delivery: D): Promise<Attempt> {
    const start = performance.now();
    const at = new Date().toISOString();
    const { status, error } = await this.#post(delivery);
    this.#attempts += 1;
    return { id: this.#attempts, at, seconds: Math.round(performance.now() - start) / 1000, status, error };
  }

  async #post(delivery: D): Promise<Pick<Attempt, 'status' | 'error'>> {
    const request = this.#courier.address(delivery);
    if ('refused' in request) return { status: null, error: request.refused };
    const { url, headers, body } = request;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#courier.timeoutMs)]);
    try {
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await response.arrayBuffer();
      return { status: response.status, error: null };
    } catch (error) {
      return { status: null, error: String(error) };
    }
  }
}

export function newDelivery(event: string, payload: object): Delivery {
  const action = 'action' in payload ? String(payload.action) : null;
  return { guid: randomUUID(), event, action, body: JSON.stringify(payload), attempts: [] };
}
