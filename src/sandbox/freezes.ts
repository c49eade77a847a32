/** Who wants a sandbox frozen. Wishes may overlap: it is thawed after the last of them. */
export class Freezes {
  #count = 0;
  #none = Promise.resolve();
  #setNone: () => void = () => {};

  get any(): boolean {
    return this.#count > 0;
  }

  /** Settles when nobody wants it frozen. */
  get none(): Promise<void> {
    return this.#none;
  }

  begin(): void {
    this.#count += 1;
    if (this.#count > 1) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#none = promise;
    this.#setNone = resolve;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#setNone();
  }
}
