import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import { codeOfAnswer } from '../errors.ts';
import { AnswerError, exchange, NoAnswerError, type Answer, type Call, type HttpOptions } from './exchange.ts';

const PAUSES = [200, 800];

/** A rate limit that lasts longer than this many seconds is the caller's to wait out. */
const SHORT_LIMIT_SECONDS = 60;
const WAITS = 2;

/** Of a repository that was renamed, or of an address that lacks a part. */
const REDIRECTS = 3;

/** Requests with patience. Throws AnswerError, NoAnswerError and TooLongError. */
export function createHttp(options: HttpOptions): (call: Call) => Promise<Answer> {
  return async function ask(call) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await send(options, call, `${options.apiUrl}${call.path}${queryOf(call)}`, REDIRECTS);
      } catch (error) {
        const pause = pauseAfter(call, error, attempt, options.pauses ?? PAUSES);
        if (pause === null || call.signal?.aborted) throw error;
        options.log.info({ method: call.method, path: call.path, reason: messageOf(error), pause }, 'Gitea is asked again');
        await sleep(pause, undefined, { signal: call.signal }).catch(() => null);
      }
    }
  };
}

/** Milliseconds; null: not again. Again comes only what was surely not carried out: a read, or what a rate limit refused. */
function pauseAfter({ method }: Call, error: unknown, attempt: number, pauses: readonly number[]): number | null {
  if (error instanceof AnswerError && isLimit(error.answer)) {
    const seconds = secondsIn(error.answer.headers);
    return attempt < WAITS && seconds <= SHORT_LIMIT_SECONDS ? seconds * 1000 : null;
  }
  const isPassing = error instanceof NoAnswerError || (error instanceof AnswerError && error.answer.status >= 500);
  return method === 'GET' && isPassing ? (pauses[attempt] ?? null) : null;
}

function isLimit({ status, headers }: Answer): boolean {
  return codeOfAnswer(status, (name) => headers.get(name)) === 'forge.rate-limited';
}

/** How long the limit lasts. */
function secondsIn(headers: Headers): number {
  const after = headers.get('retry-after') ?? '';
  if (/^\d+$/.test(after)) return Number(after);
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  return Number.isNaN(reset) ? Infinity : Math.max(1, reset - Date.now() / 1000);
}

async function send(options: HttpOptions, call: Call, url: string, redirects: number): Promise<Answer> {
  const answer = await exchange(options, call, url);
  if (answer.status >= 200 && answer.status < 300) return answer;
  const next = redirects > 0 ? leadsTo(answer, url) : null;
  if (next === null) throw new AnswerError(answer);
  return send(options, call, next, redirects - 1);
}

/** The same request at another place of the same server: the token goes nowhere else. */
function leadsTo({ status, headers }: Answer, url: string): string | null {
  const location = headers.get('location');
  if (status < 300 || status >= 400 || location === null || !URL.canParse(location, url)) return null;
  const next = new URL(location, url);
  return next.origin === new URL(url).origin ? next.href : null;
}

function queryOf({ query = {} }: Call): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
