import { readFileSync } from 'node:fs';

export interface Parameter {
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
    return { name, method, pattern: toPattern(template), operation };
  });
  return routes.toSorted((a, b) => placeholders(a.name) - placeholders(b.name) || b.name.length - a.name.length);
}

function placeholders(name: string): number {
  return name.split('{').length;
}

function toPattern(template: string): RegExp {
  const source = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${WITH_SLASHES.has(name) ? '.+' : '[^/]+'})`);
  return new RegExp(`^${source}$`);
}
