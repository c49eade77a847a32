import type { MiddlewareHandler } from 'hono';
import type { ExchangeChecker } from '../conformance/openapi.ts';
import type { Env } from './access.ts';

/** Notes what GitHub's description would not know, in the request or in our answer. GraphQL has no part in it. */
export function checkConformance(check: ExchangeChecker, violations: string[]): MiddlewareHandler<Env> {
  return async (c, next) => {
    const requestBody = await c.req.text();
    await next();
    if (c.req.path === '/graphql') return;
    const json = c.res.headers.get('content-type')?.includes('json') ?? c.res.body === null;
    if (!json) return;
    const url = new URL(c.req.url);
    const responseBody = await c.res.clone().text();
    const exchange = { method: c.req.method, url: url.pathname + url.search, requestBody, status: c.res.status, responseBody };
    violations.push(...check(exchange));
  };
}
