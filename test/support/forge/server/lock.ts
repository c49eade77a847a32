/** Runs what it is given one after the other. */
export function createLock(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return function run(work) {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}
