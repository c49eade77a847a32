import type { MiddlewareHandler } from 'hono';
import type { Caller, ForgeEnv } from '../server/traffic.ts';
import type { ExchangeChecker } from './exchanges.ts';

/** Notes what the forge's description would not know, in the request or in our answer, of everything that is JSON. */
export function checkConformance<A extends Caller>(check: ExchangeChecker, violations: string[]): MiddlewareHandler<ForgeEnv<A>> {
  return async (c, next) => {
    const requestBody = await c.req.text();
    await next();
    const json = c.res.headers.get('content-type')?.includes('json') ?? c.res.body === null;
    if (!json) return;
    const url = new URL(c.req.url);
    const responseBody = await c.res.clone().text();
    const exchange = { method: c.req.method, url: url.pathname + url.search, requestBody, status: c.res.status, responseBody };
    violations.push(...check(exchange));
  };
}
