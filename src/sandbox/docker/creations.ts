/** What is being made, or unmade after a failure, by agent: the engine may not know of it yet. */
export class Creations {
  readonly #open = new Map<Promise<unknown>, string>();

  add(agentId: string, creation: Promise<unknown>): void {
    const settled: Promise<unknown> = creation.catch(() => {}).then(() => this.#open.delete(settled));
    this.#open.set(settled, agentId);
  }

  /** Settles with those of the agents that are under way now; undefined when there are none. */
  of(isMeant: (agentId: string) => boolean): Promise<unknown> | undefined {
    const meant = [...this.#open].filter(([, agentId]) => isMeant(agentId)).map(([settled]) => settled);
    return meant.length === 0 ? undefined : Promise.all(meant);
  }
}
