/** The time in which a worker has nothing to do, for work that gives way to any other. */
export class IdleTime {
  #underWay = 0;
  #idle = new AbortController();

  /** Aborted as soon as there is something to do; null: there is. */
  get signal(): AbortSignal | null {
    return this.#underWay === 0 ? this.#idle.signal : null;
  }

  async endFor<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    this.#idle.abort(new Error('there is something to do'));
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#idle = new AbortController();
    }
  }
}
