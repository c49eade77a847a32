import { z } from 'zod';
import { messageOf, SignalboxError } from '../errors.ts';

/** A server, and what it is told with every request. */
export interface Server {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
}

const Problem = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

const NEXT_STEPS: Readonly<Record<number, string>> = {
  401: 'Use the API_TOKEN of that server, or a token that `signalbox token create` made there.',
  403: 'Use a token that may do this: `signalbox token create` makes one.',
  429: 'Wait, and ask again.',
};

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function unreachable(base: string, error: unknown): SignalboxError {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return new SignalboxError('cli.unreachable', `No server answers at ${base}: ${messageOf(cause)}`, {
    nextStep: 'Start it (`npm start`), or name its address with --url. On its own machine that is http://127.0.0.1:ORCHESTRATOR_PORT.',
    retryable: true,
    cause: error,
  });
}

export function refused(base: string, path: string, status: number, json: unknown): SignalboxError {
  const problem = Problem.safeParse(json);
  const { message, details = [] } = problem.success ? problem.data.error : { message: `${base} answers with status ${status}.` };
  const nextStep = NEXT_STEPS[status] ?? (status < 500 ? 'Ask otherwise.' : 'See the server’s log.');
  const list = path.startsWith('/tasks') ? '`signalbox tasks list` lists the tasks.' : '`signalbox status` lists the agents.';
  return new SignalboxError(
    status === 404 ? 'cli.not-found' : 'cli.refused',
    [message, ...details.map(({ path: at, message: why }) => `${at}: ${why}`)].join(' '),
    {
      nextStep: status === 404 ? list : nextStep,
    },
  );
}

/** null where the server has no such thing. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SignalboxError && error.code === 'cli.not-found') return null;
    throw error;
  }
}
