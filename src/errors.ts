/**
 * Every error a person can meet carries a stable code, says what happened and where, and names the next step.
 * Expected outcomes (an exit code, an ignored event, a red gate) are return values, not errors.
 */
export class SignalboxError extends Error {
  /** Stable and searchable, for example `sandbox.engine-unreachable`. */
  readonly code: string;
  /** Whether trying the same thing again, later, can succeed. Decided where the error is born. */
  readonly retryable: boolean;
  /** One sentence for the person who reads the status comment or the terminal. */
  readonly nextStep: string;

  constructor(code: string, message: string, options: { nextStep: string; retryable?: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SignalboxError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.nextStep = options.nextStep;
  }
}

/** The message of anything that was thrown, on one line. Of a failed query: the database's own words, not the query. */
export function messageOf(error: unknown): string {
  if (error instanceof Error && error.constructor.name === 'DrizzleQueryError' && error.cause) return messageOf(error.cause);
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
