import type { Logger } from '../../log.ts';

export interface HttpOptions {
  /** `https://HOST/api/v1` */
  readonly apiUrl: string;
  readonly token: string;
  readonly log: Logger;
  readonly fetch?: typeof fetch;
  /** Milliseconds before a read that failed is tried again, for each time; those of production when nothing is said. */
  readonly pauses?: readonly number[];
}

export type Query = Readonly<Record<string, string | number | boolean>>;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind the API's address; what comes from outside is encoded in it. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly body?: object | undefined;
  /** Without the token. */
  readonly anonymous?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** What JSON holds, or a text. */
  readonly data: unknown;
}

/** An answer that is not 2xx. */
export class AnswerError extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

/** A request that got no answer. */
export class NoAnswerError extends Error {}

/** An answer that is more than is read. */
export class TooLongError extends Error {}

/** Milliseconds for a whole answer. */
const ANSWER_MS = 30_000;

/** Gitea's list of an issue's comments has neither pages nor an end. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** One request, whatever it is answered. Throws NoAnswerError and TooLongError. */
export async function exchange(options: HttpOptions, call: Call, url: string): Promise<Answer> {
  const limit = AbortSignal.timeout(ANSWER_MS);
  try {
    const response = await (options.fetch ?? fetch)(url, {
      method: call.method,
      headers: headersOf(options, call),
      body: call.body === undefined ? null : JSON.stringify(call.body),
      redirect: 'manual',
      signal: call.signal ? AbortSignal.any([call.signal, limit]) : limit,
    });
    return { status: response.status, headers: response.headers, data: await readData(response) };
  } catch (error) {
    throw error instanceof TooLongError ? error : new NoAnswerError(reasonOf(error), { cause: error });
  }
}

function headersOf({ token }: HttpOptions, { body, anonymous }: Call): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': 'signalbox',
    ...(anonymous ? {} : { authorization: `token ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

/** fetch itself says no more than "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

async function readData(response: Response): Promise<unknown> {
  const text = await readText(response);
  if (!(response.headers.get('content-type') ?? '').includes('json')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new TooLongError(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
