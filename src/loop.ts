import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';
import type { Notifications } from './store/notifications.ts';

export interface LoopOptions {
  readonly name: string;
  /** The notification that wakes it; it also looks by itself every `everyMs`. */
  readonly topic: string;
  readonly everyMs: number;
  readonly notifications: Notifications;
  readonly log: Logger;
}

/**
 * Runs `pass` again and again until disposed: at once while it answers `again`, otherwise when it is woken or `everyMs` (or
 * the number of milliseconds that it answers, if that is sooner) has passed. A pass that throws is logged and repeated
 * later. Disposing aborts the signal and waits for the pass that is under way.
 */
export function startLoop(options: LoopOptions, pass: (signal: AbortSignal) => Promise<'again' | 'wait' | number>): AsyncDisposable {
  const stop = new AbortController();
  const running = run(options, pass, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error(`${options.name} is stopping`));
      await running;
    },
  };
}

async function run(
  options: LoopOptions,
  pass: (signal: AbortSignal) => Promise<'again' | 'wait' | number>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // Listening starts before the pass looks, so that nothing written meanwhile is missed.
    const listening = new AbortController();
    const woken = options.notifications.next(options.topic, options.everyMs, AbortSignal.any([signal, listening.signal]));
    const next = await pass(signal).catch((error: unknown) => {
      if (!signal.aborted) options.log.error({ err: error, loop: options.name }, messageOf(error));
      return 'wait' as const;
    });
    const timer = typeof next === 'number' ? setTimeout(() => listening.abort(), next) : undefined;
    if (next === 'again') listening.abort();
    await woken;
    clearTimeout(timer);
  }
}
