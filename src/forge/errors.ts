import { z } from 'zod';
import { messageOf, SignalboxError } from '../errors.ts';

/** Those of the contract. */
export type ForgeErrorCode =
  | 'forge.unauthorized'
  | 'forge.forbidden'
  | 'forge.not-found'
  | 'forge.refused'
  | 'forge.rate-limited'
  | 'forge.server-error'
  | 'forge.unreachable';

export const RETRYABLE: readonly ForgeErrorCode[] = ['forge.rate-limited', 'forge.server-error', 'forge.unreachable'];

/** How a kind of forge fails, and what it then says. */
export interface Failing {
  /** As people call it. */
  readonly name: string;
  readonly nextSteps: Readonly<Record<ForgeErrorCode, string>>;
  /** null for what the forge has no part in. */
  codeOf(error: unknown): ForgeErrorCode | null;
  wordsOf(error: unknown): string;
}

/** The contract's error for whatever a call to a forge threw; everything else as it is. */
export function forgeErrorOf(failing: Failing, error: unknown, doing: string): unknown {
  if (error instanceof z.ZodError) {
    const where = error.issues[0]?.path.join('.') ?? '';
    return forgeError(
      failing,
      'forge.server-error',
      error,
      `Could not ${doing}: the answer of ${failing.name} is not what it documents, at ${where}`,
    );
  }
  const code = failing.codeOf(error);
  return code === null ? error : forgeError(failing, code, error, `Could not ${doing}: ${failing.wordsOf(error)}`);
}

function forgeError(failing: Failing, code: ForgeErrorCode, cause: unknown, message: string): SignalboxError {
  return new SignalboxError(code, message, { nextStep: failing.nextSteps[code], retryable: RETRYABLE.includes(code), cause });
}

/** The same, as the answer of a check that failed. */
export function toFailedCheck(error: unknown): { ok: false; detail: string } {
  const nextStep = error instanceof SignalboxError ? ` ${error.nextStep}` : '';
  return { ok: false, detail: `${messageOf(error)}.${nextStep}` };
}

/** Told by status and headers, never by wording. */
export function codeOfAnswer(status: number, header: (name: string) => unknown): ForgeErrorCode {
  if (status >= 500) return 'forge.server-error';
  if (status === 401) return 'forge.unauthorized';
  if (status === 429 || (status === 403 && isLimited(header))) return 'forge.rate-limited';
  if (status === 403) return 'forge.forbidden';
  return status === 404 || status === 410 ? 'forge.not-found' : 'forge.refused';
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function isLimited(header: (name: string) => unknown): boolean {
  return Boolean(header('retry-after')) || header('x-ratelimit-remaining') === '0';
}

/** The forge's own words in a message of ours. */
export function oneLine(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .join(': ')
    .replace(/\s+/g, ' ')
    .slice(0, 500);
}
