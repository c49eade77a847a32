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

/** What a forge's own description says of the operations that are kept here, as JSON Schema. */
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

/**
 * The operations, the more literal path first: `/issues/comments` is not the issue called "comments", nor `/pulls/5.diff` the
 * pull request "5.diff". The values of some
 * parameters may hold slashes, which descriptions have no way to say.
 */
export function toRoutes(slice: Slice, withSlashes: ReadonlySet<string>): Route[] {
  const routes = Object.entries(slice.operations).map(([name, operation]) => {
    const [method = '', template = ''] = name.split(' ');
    const { parameters } = operation;
    return {
      name,
      method,
      pattern: toPattern(template, withSlashes),
      operation,
      path: toSchema(parameters, 'path'),
      query: toSchema(parameters, 'query'),
    };
  });
  return routes.toSorted((a, b) => literal(b.name) - literal(a.name));
}

function toSchema(parameters: Parameter[], place: Parameter['in']): object {
  const here = parameters.filter((parameter) => parameter.in === place);
  const properties = Object.fromEntries(here.map(({ name, schema }) => [name, schema]));
  const required = here.filter((parameter) => parameter.required).map(({ name }) => name);
  return { type: 'object', properties, required, additionalProperties: false };
}

/** How much of an operation's name stands there word for word. */
function literal(name: string): number {
  return name.replaceAll(/\{\w+\}/g, '').length;
}

function toPattern(template: string, withSlashes: ReadonlySet<string>): RegExp {
  // A repository's root is `/contents`, with an empty path.
  const source = template
    .replaceAll('.', '\\.')
    .replace('/{path}', '(?:/(?<path>.*))?')
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${withSlashes.has(name) ? '.+' : '[^/]+'})`);
  return new RegExp(`^${source}$`);
}
