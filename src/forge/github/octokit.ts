import { Probot, ProbotOctokit } from 'probot';
import type { Logger } from '../../log.ts';

export interface SessionOptions {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** Spaces writes as GitHub asks for, waits out short rate limits, and waits before a retry. Only tests turn it off. */
  readonly throttle: boolean;
  readonly log: Logger;
  readonly fetch?: typeof fetch;
}

/** A rate limit that lasts longer than this many seconds is the caller's to wait out. */
const SHORT_LIMIT_SECONDS = 60;

/** Milliseconds that GitHub has for a whole answer; octokit itself would wait for ever. */
const ANSWER_MS = 30_000;

/** Every option is given here, because Probot's other ways in (`run`, `createProbot`) read the environment. */
export function openProbot(options: SessionOptions): Probot {
  return new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    baseUrl: options.apiUrl.replace(/\/+$/, ''),
    log: options.log.child({ forge: 'github' }),
    request: { fetch: impatient(options.fetch ?? fetch) },
    Octokit: ProbotOctokit.plugin(neverRepeatPosts).defaults((given: { throttle?: object }) => ({
      ...given,
      userAgent: 'signalbox',
      throttle: {
        ...given.throttle,
        enabled: options.throttle,
        onRateLimit: waitIfShort,
        onSecondaryRateLimit: waitIfShort,
      },
      // What the throttling has given up on (429) is not asked again at once.
      retry: { doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451], retryAfterBaseValue: options.throttle ? 1000 : 1 },
    })),
  });
}

function waitIfShort(retryAfter: number, _request: object, _octokit: object, retryCount: number): boolean {
  return retryAfter <= SHORT_LIMIT_SECONDS && retryCount < 2;
}

/** A POST whose answer was lost may have been carried out: `ensure…` looks for its result before the next one. */
function neverRepeatPosts(octokit: Pick<InstanceType<typeof ProbotOctokit>, 'hook'>): void {
  octokit.hook.before('request', (request) => {
    if (request.method === 'POST') request.request = { ...request.request, retries: 0 };
  });
}

function impatient(ask: typeof fetch): typeof fetch {
  return (input, init) => {
    const limit = AbortSignal.timeout(ANSWER_MS);
    return ask(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit });
  };
}
