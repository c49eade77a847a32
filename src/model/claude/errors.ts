import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { z } from 'zod';
import { SignalboxError, messageOf } from '../../errors.ts';

export interface ErrorContext {
  readonly model: string;
  readonly baseUrl: string;
  readonly redact: (text: string) => string;
}

/** Longest piece of the service's own words that is repeated to a person. */
const QUOTE_LENGTH = 300;

/** The SDK's class leaves it to each error what its status is; an error in the middle of a stream has none. */
const Status = z.number().optional().catch(undefined);

/** Puts what the SDK threw into the contract's words. The SDK's error itself goes no further: it holds headers and bodies. */
export function toSignalboxError(error: unknown, context: ErrorContext): SignalboxError {
  const said = context.redact(wordsOf(error)).slice(0, QUOTE_LENGTH);
  const { code, message, nextStep, retryable } = judge(error, said, { ...context, baseUrl: shownUrl(context.baseUrl) });
  const cause = new Error(context.redact(error instanceof Error ? `${error.name}: ${messageOf(error)}` : String(error)));
  return new SignalboxError(code, message, { nextStep, retryable: retryable ?? false, cause });
}

interface Verdict {
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
  readonly retryable?: boolean;
}

function judge(error: unknown, said: string, { model, baseUrl, redact }: ErrorContext): Verdict {
  const status = error instanceof APIError ? Status.parse(error.status) : undefined;
  const type = error instanceof APIError ? error.type : null;
  if (error instanceof APIConnectionError) return unreachable(baseUrl, redact(reasonOf(error)) || said);
  if (status === 401 || status === 403) return wrongKey(status, said);
  if (status === 402 || type === 'billing_error' || /credit balance/i.test(said)) return outOfCredit(said);
  if (status === 404) return notFound(model, baseUrl, said);
  if (status === 413 || (status === 400 && /too long|context (window|limit|length)/i.test(said))) return contextFull(said);
  if (status === 429 || type === 'rate_limit_error') return rateLimited(said);
  if (type === 'overloaded_error' || status === 408 || status === 409 || (status ?? 0) >= 500) return overloaded(status, said);
  if (status !== undefined) return refused(status, said);
  return brokenOff(baseUrl, said);
}

function unreachable(baseUrl: string, said: string): Verdict {
  return {
    code: 'model.unreachable',
    message: `The model service at ${baseUrl} could not be reached: ${said}`,
    nextStep: 'Check the network and ANTHROPIC_BASE_URL; the task can be retried then.',
    retryable: true,
  };
}

function brokenOff(baseUrl: string, said: string): Verdict {
  return {
    code: 'model.unreachable',
    message: `The answer of the model service at ${baseUrl} broke off: ${said}`,
    nextStep: 'Retry the task; if it happens again, look at what stands between this machine and the service.',
    retryable: true,
  };
}

function wrongKey(status: number, said: string): Verdict {
  return {
    code: 'model.auth',
    message: `The model service refused the key (${status}): ${said}`,
    nextStep: 'Set CLAUDE_API_KEY to a key that is valid and may use the model, and start Signalbox again.',
  };
}

function outOfCredit(said: string): Verdict {
  return {
    code: 'model.refused-request',
    message: `The model service wants to be paid first: ${said}`,
    nextStep: 'Add credit to the account that CLAUDE_API_KEY belongs to, then retry the task.',
  };
}

function notFound(model: string, baseUrl: string, said: string): Verdict {
  return {
    code: 'model.refused-request',
    message: `The model service at ${baseUrl} has no model "${model}": ${said}`,
    nextStep: 'Set AI_MODEL to a model that this key may use (and check ANTHROPIC_BASE_URL if it is set).',
  };
}

function contextFull(said: string): Verdict {
  return {
    code: 'model.context-full',
    message: `The conversation has become longer than the model can read: ${said}`,
    nextStep: 'Split the issue into smaller ones, or set AI_MODEL to a model with a longer context.',
  };
}

function rateLimited(said: string): Verdict {
  return {
    code: 'model.rate-limited',
    message: `The model service's rate limit was reached and stayed so: ${said}`,
    nextStep: 'Retry later, lower MAX_CONCURRENT_AGENTS, or ask the provider for a higher limit.',
    retryable: true,
  };
}

function overloaded(status: number | undefined, said: string): Verdict {
  return {
    code: 'model.overloaded',
    message: `The model service could not answer (${status ?? 'in the middle of an answer'}): ${said}`,
    nextStep: 'Retry in a few minutes.',
    retryable: true,
  };
}

function refused(status: number, said: string): Verdict {
  return {
    code: 'model.refused-request',
    message: `The model service refused the request (${status}): ${said}`,
    nextStep: 'Check that AI_MODEL can use tools; otherwise this is a fault in Signalbox, please report it with this sentence.',
  };
}

/** The service's own sentence where it sent one, which is more to the point than the SDK's. */
function wordsOf(error: unknown): string {
  const body = error instanceof APIError ? error.apiMessage : null;
  return (body ?? messageOf(error)).replace(/\s+/g, ' ').trim() || 'no reason given';
}

/** The innermost cause: `connect ECONNREFUSED 127.0.0.1:1` says more than `fetch failed`. */
function reasonOf(error: Error): string {
  let inner: unknown = error;
  for (let depth = 0; depth < 5 && inner instanceof Error && inner.cause !== undefined; depth++) inner = inner.cause;
  if (inner instanceof AggregateError) inner = inner.errors[0];
  return inner === error ? '' : messageOf(inner);
}

/** Without the user name, password and query that a gateway's address may hold. */
function shownUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
