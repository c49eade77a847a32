import type Docker from 'dockerode';
import { sandboxGone } from '../errors.ts';
import { isGone } from './errors.ts';

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
      if (!isGone(error)) throw error;
      if (!(await this.#isPaused())) throw sandboxGone('its container does not run any more', error);
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
      if (!isGone(error)) throw error;
      // Of one that may not have been paused any more, the next command says whether it is there.
      if (isCertain) throw sandboxGone('its container was stopped or resumed while it was frozen', error);
    }
    this.#state = 'off';
  }

  /** The container was started anew. */
  forget(): void {
    this.#state = 'off';
  }

  async #isPaused(): Promise<boolean> {
    try {
      return (await this.#container.inspect()).State.Paused;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }
}
