import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Operation, Route, Slice } from './slice.ts';

/** One REST request and its answer, as they went over the wire. Bodies are text; '' is no body. */
export interface Exchange {
  method: string;
  /** With the query string, without the host. */
  url: string;
  requestBody: string;
  status: number;
  responseBody: string;
}

/** What in an exchange the forge's own description does not know. Empty: nothing. */
export type ExchangeChecker = (exchange: Exchange) => string[];

export interface Description {
  slice: Slice;
  /** Before the names of its definitions in a `$ref`. */
  id: string;
  routes: Route[];
  /** Of an answer that refuses, where the description has none for its status. '' is an empty body. */
  refusal: object;
}

export function createExchangeChecker({ slice, id, routes, refusal }: Description): ExchangeChecker {
  const bodies = createValidator(id, slice.definitions, false);
  const parameters = createValidator(id, slice.definitions, true);

  return function check(exchange) {
    const url = new URL(exchange.url, 'http://forge.invalid');
    const match = findRoute(routes, exchange.method, url.pathname);
    if (!match) return exchange.status < 500 ? [`${exchange.method} ${url.pathname}: no such operation in the slice`] : [];
    const { route, values } = match;
    const problems = checkResponse(route.operation, exchange, bodies, refusal);
    // A request that was refused is told so by its answer.
    if (exchange.status < 400) {
      problems.push(...checkParameters(route, values, url.searchParams, parameters));
      problems.push(...checkBody(route.operation, exchange.requestBody, bodies));
    }
    return problems.map((problem) => `${route.name} → ${exchange.status}: ${problem}`);
  };
}

type Validate = (schema: object, value: unknown) => string[];

function createValidator(id: string, definitions: Record<string, object>, coerceTypes: boolean): Validate {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes, logger: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: id, definitions });
  const compiled = new WeakMap<object, ValidateFunction>();
  return function validate(schema, value) {
    const run = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, run);
    return run(value) ? [] : explain(run.errors ?? []);
  };
}

/** At most five problems of a value: the first ones say it, the rest is echo. */
export function explain(errors: readonly ErrorObject[]): string[] {
  return errors.slice(0, 5).map((error) => {
    const extra: unknown = error.params['additionalProperty'] ?? error.params['allowedValues'];
    return `${error.instancePath || '(whole)'} ${error.message ?? error.keyword}${extra === undefined ? '' : ` (${JSON.stringify(extra)})`}`;
  });
}

function findRoute(routes: Route[], method: string, pathname: string): { route: Route; values: Record<string, string> } | null {
  for (const route of routes) {
    if (route.method !== method) continue;
    const groups = route.pattern.exec(pathname)?.groups;
    const matched = route.pattern.test(pathname);
    if (!matched) continue;
    const entries = Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value ?? '')]);
    return { route, values: Object.fromEntries(entries) as Record<string, string> };
  }
  return null;
}

function checkParameters(route: Route, values: Record<string, string>, query: URLSearchParams, validate: Validate): string[] {
  const problems = validate(route.path, values).map((problem) => `path ${problem}`);
  return [...problems, ...validate(route.query, Object.fromEntries(query)).map((problem) => `query ${problem}`)];
}

function checkBody(operation: Operation, text: string, validate: Validate): string[] {
  if (text === '') return operation.body?.required ? ['the request has no body'] : [];
  const body = parse(text);
  if (!operation.body) return isEmptyObject(body) ? [] : ['the request has a body that nothing reads'];
  const problems = validate(operation.body.schema, body).map((problem) => `request ${problem}`);
  return [...problems, ...unknownKeys(operation.body.schema, body)];
}

/** Descriptions leave objects open, and forges ignore what they do not know: the misspelt key is ours to see. */
function unknownKeys(schema: object, body: unknown): string[] {
  const known = propertyNames(schema);
  if (known.size === 0 || typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  return Object.keys(body)
    .filter((key) => !known.has(key))
    .map((key) => `request key "${key}" is unknown`);
}

function propertyNames(schema: object): Set<string> {
  const {
    properties = {},
    oneOf = [],
    anyOf = [],
    allOf = [],
  } = schema as { properties?: object } & Record<'oneOf' | 'anyOf' | 'allOf', object[] | undefined>;
  const nested = [...oneOf, ...anyOf, ...allOf].flatMap((part) => [...propertyNames(part)]);
  return new Set([...Object.keys(properties), ...nested]);
}

function checkResponse(operation: Operation, exchange: Exchange, validate: Validate, refusal: object): string[] {
  const schema = operation.responses[exchange.status];
  // Any operation may answer 401, 403 or 5xx; descriptions list few of them, and not all say how such an answer looks.
  if (!schema && exchange.status >= 400) return validate(refusal, parse(exchange.responseBody) ?? null);
  if (schema === undefined) return ['this status is not documented'];
  if (schema === null) return exchange.status === 204 && exchange.responseBody !== '' ? ['the answer has a body'] : [];
  return validate(schema, parse(exchange.responseBody)).map((problem) => `response ${problem}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
