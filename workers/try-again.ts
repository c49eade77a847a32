import { setTimeout as delay } from 'node:timers/promises';
import { SignalboxError } from '../src/errors.ts';
import type { AnyForge } from '../src/forge/forge.ts';
import type { Logger } from '../src/log.ts';

/** Together about a minute: longer than a forge needs to restart, shorter than people wait before they look. */
const DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** Milliseconds. What took so long to fail is not tried once more. */
const LONGEST_MS = 120_000;

interface Circumstances {
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Does what may be repeated, again and later, while it fails in a way that may pass. The last failure is thrown. */
export async function tryAgain<T>({ signal, log }: Circumstances, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  for (const delayMs of DELAYS_MS) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof SignalboxError && error.retryable && Date.now() - began < LONGEST_MS;
      if (!mayPass || signal.aborted) throw error;
      log.warn({ err: error, delayMs }, 'something failed that may pass, and is tried again');
    }
    await delay(delayMs, undefined, { signal });
  }
  return work();
}

const REPEATABLE = [
  'identity',
  'permission',
  'repository',
  'subject',
  'conversation',
  'ensurePullRequest',
  'gitAccess',
] as const satisfies readonly (keyof AnyForge)[];

/** The same forge for a task, with as much as it can do: an outage that passes costs the task time, and not its work. All of these calls may be repeated. */
export function patient(forge: AnyForge, circumstances: Circumstances): AnyForge {
  const calls = REPEATABLE.filter((name) => forge[name]).map((name) => {
    const call = forge[name] as (...words: unknown[]) => Promise<unknown>;
    return [name, (...words: unknown[]) => tryAgain(circumstances, () => call(...words))];
  });
  return { ...forge, ...(Object.fromEntries(calls) as Partial<AnyForge>) };
}
