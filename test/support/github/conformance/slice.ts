import { readFileSync } from 'node:fs';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: object;
}

export interface Operation {
  parameters: Parameter[];
  body?: { required: boolean; schema: object };
  /** null: an answer without a body that can be checked. */
  responses: Record<string, object | null>;
}

export interface Slice {
  operations: Record<string, Operation>;
  definitions: Record<string, object>;
}

export interface Route {
  name: string;
  method: string;
  pattern: RegExp;
  operation: Operation;
  /** All that the path and the query may say. */
  path: object;
  query: object;
}

export function readSlice(): Slice {
  return JSON.parse(readFileSync(new URL('../openapi-slice.json', import.meta.url), 'utf8')) as Slice;
}

/** Parameters whose value may hold slashes, which OpenAPI has no way to say. */
const WITH_SLASHES = new Set(['ref', 'path', 'basehead', 'branch']);

/** The operations, the more literal path first: `/issues/comments` is not the issue called "comments". */
export function toRoutes(slice: Slice): Route[] {
  const routes = Object.entries(slice.operations).map(([name, operation]) => {
    const [method = '', template = ''] = name.split(' ');
    const { parameters } = operation;
    return {
      name,
      method,
      pattern: toPattern(template),
      operation,
      path: toSchema(parameters, 'path'),
      query: toSchema(parameters, 'query'),
    };
  });
  return routes.toSorted((a, b) => placeholders(a.name) - placeholders(b.name) || b.name.length - a.name.length);
}

function toSchema(parameters: Parameter[], place: Parameter['in']): object {
  const here = parameters.filter((parameter) => parameter.in === place);
  const properties = Object.fromEntries(here.map(({ name, schema }) => [name, schema]));
  const required = here.filter((parameter) => parameter.required).map(({ name }) => name);
  return { type: 'object', properties, required, additionalProperties: false };
}

function placeholders(name: string): number {
  return name.split('{').length;
}

function toPattern(template: string): RegExp {
  // A repository's root is `/contents`, with an empty path.
  const source = template
    .replace('/{path}', '(?:/(?<path>.*))?')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${WITH_SLASHES.has(name) ? '.+' : '[^/]+'})`);
  return new RegExp(`^${source}$`);
}
