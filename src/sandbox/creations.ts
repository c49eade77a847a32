/** What is being made, or unmade after a failure, by agent: the engine may not know of it yet. */
export class Creations {
  readonly #open = new Map<Promise<unknown>, string>();

  add(agentId: string, creation: Promise<unknown>): void {
    const settled: Promise<unknown> = creation.catch(() => {}).then(() => this.#open.delete(settled));
    this.#open.set(settled, agentId);
  }

  /** Those that are under way now; `settled` never rejects. */
  underWay(): { readonly agentId: string; readonly settled: Promise<unknown> }[] {
    return [...this.#open].map(([settled, agentId]) => ({ agentId, settled }));
  }
}
