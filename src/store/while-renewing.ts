/**
 * Keeps a claim alive while `work` is under way, so that the claim of a process that died runs out soon. Nothing is
 * renewed any more when this returns; a renewal that fails is left to the next one.
 */
export async function whileRenewing<T>(everyMs: number, renew: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let renewing = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renewing.then(renew).catch(() => {});
  }, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await renewing;
  }
}
