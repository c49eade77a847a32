import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { codeOfAnswer, forgeErrorOf, oneLine, type Failing, type ForgeErrorCode } from '../errors.ts';
import { AnswerError, NoAnswerError, TooLongError, type Answer } from './exchange.ts';

const RIGHTS =
  'Make the bot account an administrator of the repository, and give its token (GITEA_TOKEN) the scopes write:repository, write:issue and read:user.';

const FAILING: Failing = {
  name: 'Gitea',
  nextSteps: {
    'forge.unauthorized': 'Check GITEA_TOKEN: it has been removed, or belongs to another server than GITEA_URL.',
    'forge.forbidden': RIGHTS,
    'forge.not-found': 'Check GITEA_URL, that it still exists, and that the bot account is a collaborator of the repository.',
    'forge.refused': 'Change what Gitea names, then try again.',
    'forge.rate-limited': 'Nothing: it is tried again once Gitea allows it.',
    'forge.server-error': 'Nothing: it is tried again. See the log of Gitea if it goes on.',
    'forge.unreachable': 'Check the network, the proxy and GITEA_URL; it is tried again.',
  },
  codeOf,
  wordsOf,
};

const Refusal = z.object({ message: z.string().catch(''), errors: z.array(z.string()).nullish().catch(null) });

/** The contract's error for whatever a call to Gitea threw; everything else as it is. */
export function toForgeError(error: unknown, doing: string): unknown {
  return forgeErrorOf(FAILING, error, doing);
}

/** null for what Gitea has no part in. */
export function codeOf(error: unknown): ForgeErrorCode | null {
  if (error instanceof AnswerError) return codeOfAnswer(error.answer.status, (name) => error.answer.headers.get(name));
  if (error instanceof TooLongError) return 'forge.refused';
  return error instanceof NoAnswerError ? 'forge.unreachable' : null;
}

/** The HTTP status of what was thrown; null for everything that is not an answer. */
export function statusOf(error: unknown): number | null {
  return error instanceof AnswerError ? error.answer.status : null;
}

export function isGone(error: unknown): boolean {
  return statusOf(error) === 404;
}

export async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/**
 * Gitea answers 500 for the comments, the timeline and the statuses of what does not exist. `exists` reads the thing itself,
 * and throws the 404 that is meant.
 */
export async function meaning404<T>(work: () => Promise<T>, exists: () => Promise<unknown>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (statusOf(error) === 500) await exists();
    throw error;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof AnswerError) return wordsOfAnswer(error.answer);
  return error instanceof NoAnswerError ? `Gitea did not answer (${oneLine([error.message])})` : messageOf(error);
}

function wordsOfAnswer({ status, headers, data }: Answer): string {
  const location = headers.get('location');
  if (status < 400 && location !== null)
    return `Gitea answered ${status} and leads to ${oneLine([location])}, so GITEA_URL is not its address`;
  const parsed = Refusal.safeParse(data);
  const words = parsed.success ? oneLine([parsed.data.message, ...(parsed.data.errors ?? [])]) : '';
  return words === '' ? `Gitea answered ${status}` : `Gitea answered ${status}, ${words}`;
}
