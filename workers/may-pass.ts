import { SignalboxError } from '../src/errors.ts';
import { isConnectionFault } from '../src/store/connection-fault.ts';

/** Whether the same thing can succeed later: what an error of ours says of itself, or a database that is away. */
export function mayPass(error: unknown): boolean {
  return error instanceof SignalboxError ? error.retryable : isConnectionFault(error);
}
