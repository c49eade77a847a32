import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export interface Operation {
  readonly tags: readonly string[];
  readonly 'x-role'?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly required: boolean };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>>;
}

export interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

/** `GET /agents/{agentId}` → what the document says of it. */
export function operationsOf({ paths }: Document): ReadonlyMap<string, Operation> {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  return new Map(all);
}

/** Says what is wrong with an answer by the document; null: nothing. What the document does not name must not be there. */
export function createJudge({ components }: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // The package is CommonJS, whose default export is the module.
  (formats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv);
  const known = new Map<object, ValidateFunction>();
  return function judge(operation: Operation, status: number, type: string, body: unknown): string | null {
    const content = operation.responses[status]?.content;
    if (!content) return `${status} is not an answer of the document: ${JSON.stringify(body)}`;
    const media = type.split(';')[0]!;
    const schema = content[media]?.schema;
    if (!schema) return `${media} is not what the document says of ${status}`;
    const validate = known.get(schema) ?? ajv.compile({ ...schema, unevaluatedProperties: false, components });
    known.set(schema, validate);
    return validate(body) ? null : ajv.errorsText(validate.errors);
  };
}
