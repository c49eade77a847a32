import type Docker from 'dockerode';
import { sandboxGone } from '../errors.ts';
import { statusOf } from './errors.ts';

/** Whether a container is paused: none of its processes runs then. One call at a time. */
export class Pause {
  readonly #container: Docker.Container;
  /** Unknown when the engine was asked and did not answer. */
  #state: 'off' | 'on' | 'unknown' = 'off';

  constructor(container: Docker.Container) {
    this.#container = container;
  }

  get isOff(): boolean {
    return this.#state === 'off';
  }

  async begin(): Promise<void> {
    if (this.#state === 'on') return;
    this.#state = 'unknown';
    try {
      await this.#container.pause();
    } catch (error) {
      if ((await this.#after(error)) !== 'paused') throw error;
    }
    this.#state = 'on';
  }

  /** Rejects with `sandbox.gone` when it did not last until now: what it held may have run, or ended. */
  async end(): Promise<void> {
    if (this.#state === 'off') return;
    const isCertain = this.#state === 'on';
    this.#state = 'unknown';
    try {
      await this.#container.unpause();
    } catch (error) {
      if ((await this.#after(error)) === 'paused') throw error;
      if (isCertain) throw sandboxGone('its container was resumed while it was frozen', error);
    }
    this.#state = 'off';
  }

  /** The container was started anew. */
  forget(): void {
    this.#state = 'off';
  }

  /** What it does after the engine refused; which status a refusal has differs between engines. */
  async #after(refusal: unknown): Promise<'paused' | 'running'> {
    if (statusOf(refusal) === undefined) throw refusal;
    const state = await this.#container.inspect().then(
      ({ State }) => State,
      (error: unknown) => {
        if (statusOf(error) !== 404) throw error;
        return { Running: false, Paused: false };
      },
    );
    if (!state.Running) throw sandboxGone('its container does not run any more', refusal);
    return state.Paused ? 'paused' : 'running';
  }
}
