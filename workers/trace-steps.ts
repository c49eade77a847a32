import type { Span } from '@opentelemetry/api';
import type { Tracing } from '../src/tracing/tracing.ts';
import type { Hold } from './hold.ts';

/** Whatever the worker says that it does is a span, which ends when it says the next thing, and at the latest when it is disposed. */
export function traceSteps(tracing: Tracing, hold: Hold): Pick<Hold, 'step'> & Disposable {
  let current: Span | undefined;
  return {
    step(words) {
      current?.end();
      current = tracing.begin(words.replace(/ \(.*\)$/, ''));
      return hold.step(words);
    },
    [Symbol.dispose]: () => current?.end(),
  };
}
