import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { apiTokenFile, readApiToken } from '../api-token.ts';
import { readConfig, type Config } from '../config.ts';
import { SignalboxError } from '../errors.ts';
import { follow, type ServerEvent } from './follow.ts';
import { parse, refused, unreachable, type Server } from './server.ts';

/** A server's HTTP API, spoken to as an operator. */
export interface Api {
  readonly url: string;
  /** Errors: `cli.unreachable` (nobody answers), `cli.not-found`, `cli.refused` (another answer that is not 2xx); in the server's words. */
  call<T>(method: Method, path: string, answer: z.ZodType<T>, body?: Record<string, unknown>): Promise<T>;
  /** The event log from `after` on, for as long as the caller wants; a connection that breaks is made again, without a gap. */
  follow(path: string, after: number): AsyncIterable<ServerEvent>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** So often something is tried again that may work the next time. */
const MOST_TRIES = 5;
const LONGEST_WAIT_SECONDS = 30;
/** Milliseconds. A kill of everything is answered after ten seconds at the latest. */
const ANSWER_MS = 30_000;

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
  const server = { base, headers: { authorization: `Bearer ${token}`, 'x-signalbox-actor': actor() } };
  return {
    url: base,
    call: (method, path, answer, body) => call(server, method, path, answer, body),
    follow: (path, after) => follow(server, path, after),
  };
}

async function call<T>(server: Server, method: Method, path: string, schema: z.ZodType<T>, body?: Record<string, unknown>): Promise<T> {
  const { base } = server;
  const { status, text } = await patiently(() => ask(server, method, path, body));
  const json = parse(text);
  if (status < 200 || status > 299) throw refused(base, path, status, json);
  const answer = schema.safeParse(json);
  if (answer.success) return answer.data;
  throw new SignalboxError('cli.not-signalbox', `What answers at ${base} is not a Signalbox of this version.`, {
    nextStep: 'Check the address: --url, or PUBLIC_URL and ORCHESTRATOR_PORT.',
  });
}

async function ask({ base, headers }: Server, method: Method, path: string, body?: Record<string, unknown>) {
  const request = {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : null,
    redirect: 'error' as const,
    signal: AbortSignal.timeout(ANSWER_MS),
  };
  try {
    const response = await fetch(`${base}${path}`, request);
    return { status: response.status, text: await response.text(), wait: Number(response.headers.get('retry-after')) };
  } catch (error) {
    throw unreachable(base, error);
  }
}

/** Whoever is told to come back later does so, a few times. */
async function patiently(work: () => ReturnType<typeof ask>): ReturnType<typeof ask> {
  for (let times = 1; ; times++) {
    const answer = await work();
    if (answer.status !== 429 || times === MOST_TRIES) return answer;
    await sleep(Math.min(answer.wait || 1, LONGEST_WAIT_SECONDS) * 1000);
  }
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
