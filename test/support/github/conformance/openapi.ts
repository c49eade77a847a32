import { readFileSync } from 'node:fs';
import { createExchangeChecker, type ExchangeChecker } from '../../forge/conformance/exchanges.ts';
import { toRoutes, type Route, type Slice } from '../../forge/conformance/slice.ts';

function readSlice(): Slice {
  return JSON.parse(readFileSync(new URL('../openapi-slice.json', import.meta.url), 'utf8')) as Slice;
}

const WITH_SLASHES = new Set(['ref', 'path', 'basehead', 'branch']);

/** The operations of GitHub's that are kept here. */
export function githubRoutes(slice = readSlice()): Route[] {
  return toRoutes(slice, WITH_SLASHES);
}

/** Against GitHub's OpenAPI description. GraphQL has no part in it. */
export function createGithubChecker(): ExchangeChecker {
  const slice = readSlice();
  const refusal = { $ref: 'github#/definitions/basic-error' };
  const check = createExchangeChecker({ slice, id: 'github', routes: githubRoutes(slice), refusal });
  return (exchange) => (exchange.url === '/graphql' ? [] : check(exchange));
}
