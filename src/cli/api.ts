import { userInfo } from 'node:os';
import { z } from 'zod';
import { apiTokenFile, readApiToken } from '../api-token.ts';
import { readConfig, type Config } from '../config.ts';
import { messageOf, SignalboxError } from '../errors.ts';

/** A server's HTTP API, spoken to as an operator. */
export interface Api {
  readonly url: string;
  /** Errors: `cli.unreachable` (nobody answers), `cli.refused` (an answer that is not 2xx, in the server's words). */
  call<T>(method: 'GET' | 'POST', path: string, answer: z.ZodType<T>, body?: Record<string, unknown>): Promise<T>;
}

/** Milliseconds. A kill of everything is answered after ten seconds at the latest. */
const ANSWER_MS = 30_000;

const Problem = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

/**
 * Where the server is: at `--url`; otherwise, with an API_TOKEN, at PUBLIC_URL; otherwise on this machine, where its token is
 * in a file that only its own user reads.
 *
 * Errors: `cli.no-token`.
 */
export async function openApi({ url }: { readonly url?: string | undefined }): Promise<Api> {
  const config = readConfig();
  const token = config.apiToken ?? (await readApiToken(config.dataDir));
  if (token === null) {
    throw new SignalboxError(
      'cli.no-token',
      `There is no token to ask the server with: API_TOKEN is not set, and there is no ${apiTokenFile(config.dataDir)}.`,
      {
        nextStep: 'Run this where the server’s settings are and as its user, or set API_TOKEN and PUBLIC_URL.',
      },
    );
  }
  const base = (url ?? (config.apiToken && config.publicUrl ? config.publicUrl : localUrl(config))).replace(/\/+$/, '');
  return { url: base, call: (method, path, answer, body) => call({ base, token }, method, path, answer, body) };
}

async function call<T>(
  { base, token }: { base: string; token: string },
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: Record<string, unknown>,
): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-signalbox-actor': actor() };
  const request = {
    method,
    headers,
    body: body ? JSON.stringify(body) : null,
    redirect: 'error' as const,
    signal: AbortSignal.timeout(ANSWER_MS),
  };
  const [status, text] = await fetch(`${base}${path}`, request)
    .then(async (response) => [response.status, await response.text()] as const)
    .catch((error: unknown) => {
      throw unreachable(base, error);
    });
  const json = parse(text);
  if (status < 200 || status > 299) throw refused(base, status, json);
  const answer = schema.safeParse(json);
  if (answer.success) return answer.data;
  throw new SignalboxError('cli.not-signalbox', `What answers at ${base} is not a Signalbox of this version.`, {
    nextStep: 'Check the address: --url, or PUBLIC_URL and ORCHESTRATOR_PORT.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unreachable(base: string, error: unknown): SignalboxError {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return new SignalboxError('cli.unreachable', `No server answers at ${base}: ${messageOf(cause)}`, {
    nextStep: 'Start it (`npm start`), or name its address with --url. On its own machine that is http://127.0.0.1:ORCHESTRATOR_PORT.',
    retryable: true,
    cause: error,
  });
}

function refused(base: string, status: number, json: unknown): SignalboxError {
  const problem = Problem.safeParse(json);
  const { message, details = [] } = problem.success ? problem.data.error : { message: `${base} answers with status ${status}.` };
  const nextStep =
    status === 401
      ? 'Use the API_TOKEN of that server.'
      : status === 404
        ? '`signalbox status` lists the agents.'
        : 'See the server’s log.';
  return new SignalboxError('cli.refused', [message, ...details.map(({ path, message: why }) => `${path}: ${why}`)].join(' '), {
    nextStep,
  });
}

function localUrl({ host, port }: Config): string {
  const everywhere = host === '0.0.0.0' || host === '::' || host === '';
  return `http://${everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Who asks, for the audit log. A header takes ASCII. */
function actor(): string {
  try {
    return userInfo().username.replace(/[^\x20-\x7e]/g, '');
  } catch {
    return '';
  }
}
