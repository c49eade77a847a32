export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Work of one key runs one after the other, in the order that it was asked for, whatever became of the one before. */
export function createInTurn(): InTurn {
  const tails = new Map<string, Promise<unknown>>();
  return function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    function forget(): void {
      if (tails.get(key) === tail) tails.delete(key);
    }
    const mine = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = mine.then(forget, forget);
    tails.set(key, tail);
    return mine;
  };
}
