import { readFileSync } from 'node:fs';
import { createExchangeChecker, type ExchangeChecker } from '../../forge/conformance/exchanges.ts';
import { toRoutes, type Route, type Slice } from '../../forge/conformance/slice.ts';

function readSlice(): Slice {
  return JSON.parse(readFileSync(new URL('../swagger-slice.json', import.meta.url), 'utf8')) as Slice;
}

const WITH_SLASHES = new Set(['branch', 'filepath', 'head', 'ref']);

/** How an answer that refuses looks; some are a status and nothing else. */
const REFUSAL = {
  type: ['object', 'null'],
  required: ['message', 'url'],
  properties: { message: { type: 'string' }, url: { type: 'string' } },
};

/** The operations of Gitea's that are kept here. */
export function giteaRoutes(slice = readSlice()): Route[] {
  return toRoutes(slice, WITH_SLASHES);
}

let shared: ExchangeChecker | null = null;

/** Against Gitea's Swagger description, one for the process: compiling it costs a stand-in most of what a test of it takes. */
export function sharedGiteaChecker(): ExchangeChecker {
  shared ??= createGiteaChecker();
  return shared;
}

export function createGiteaChecker(): ExchangeChecker {
  const slice = readSlice();
  const check = createExchangeChecker({ slice, id: 'gitea', routes: giteaRoutes(slice), refusal: REFUSAL });
  return (exchange) => check({ ...exchange, url: exchange.url.replace(/^\/api\/v1/, '') });
}
