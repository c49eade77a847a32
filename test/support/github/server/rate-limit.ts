import type { MiddlewareHandler } from 'hono';
import type { Env } from './access.ts';

/** Requests an hour. Told, never enforced: a test that wants the limit asks for it with a fault. */
export const RATE_LIMIT = 5000;

export function rateLimitHeaders(now: () => number): MiddlewareHandler<Env> {
  return async (c, next) => {
    await next();
    c.header('x-ratelimit-limit', String(RATE_LIMIT));
    c.header('x-ratelimit-remaining', String(RATE_LIMIT));
    c.header('x-ratelimit-used', '0');
    c.header('x-ratelimit-reset', String(Math.floor(now() / 1000) + 3600));
    c.header('x-ratelimit-resource', 'core');
  };
}
