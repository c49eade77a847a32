import { setTimeout as delay } from 'node:timers/promises';
import { signatureOf } from '../support/deliver.ts';
import type { Delivery, Github } from '../support/github/github.ts';
import type { Random } from './random.ts';

/** How one webhook fared. */
export interface Parcel {
  readonly delivery: Delivery;
  attempts: number;
  /** Answers of 2xx. */
  acknowledged: number;
}

/**
 * Brings the stand-in's webhooks, as a bad network and an operator do: each up to five times or at first not at all, late,
 * in any order; what was never answered 2xx is sent again until it is.
 */
export class Courier {
  readonly parcels: Parcel[] = [];
  readonly #github: Github;
  readonly #url: string;
  readonly #random: Random;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #under = new Set<Promise<void>>();

  constructor(github: Github, url: string, random: Random) {
    this.#github = github;
    this.#url = url;
    this.#random = random;
    this.#running = this.#run();
  }

  get open(): number {
    return this.parcels.filter(({ acknowledged }) => acknowledged === 0).length + (this.#github.deliveries.length - this.parcels.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#under);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const delivery of this.#github.deliveries.slice(this.parcels.length)) {
        const parcel: Parcel = { delivery, attempts: 0, acknowledged: 0 };
        this.parcels.push(parcel);
        const way = this.#bring(parcel, this.#random.fork(`delivery ${this.parcels.length}`)).catch(() => {});
        this.#under.add(way);
        void way.finally(() => this.#under.delete(way));
      }
      await this.#wait(20);
    }
  }

  async #bring(parcel: Parcel, random: Random): Promise<void> {
    // What the bot did itself is ignored by it; once is enough for most of that.
    const asks = parcel.delivery.event === 'issues' || parcel.delivery.event === 'issue_comment';
    const copies = asks
      ? random.between(0, 5)
      : random.draw([
          [1, 9],
          [0, 1],
          [2, 1],
        ] as const);
    const delays = Array.from({ length: copies }, () => (random.chance(0.6) ? random.between(0, 150) : random.between(150, 4_000)));
    await Promise.all(delays.map((ms) => this.#wait(ms).then(() => this.#send(parcel))));
    while (parcel.acknowledged === 0 && !this.#stop.signal.aborted) {
      await this.#wait(random.between(300, 2_000));
      await this.#send(parcel);
    }
  }

  async #send(parcel: Parcel): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { body, event, guid } = parcel.delivery;
    const headers = {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': signatureOf(body),
    };
    parcel.attempts += 1;
    try {
      const answer = await fetch(this.#url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(10_000)]),
      });
      await answer.arrayBuffer();
      if (answer.ok) parcel.acknowledged += 1;
    } catch {
      // It is sent again.
    }
  }

  async #wait(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}
