import type { HonoRequest } from 'hono';
import type { z } from 'zod';

/** Why a request's body is not taken: it is no JSON, or has another shape. */
export type BodyProblem = { kind: 'no-json' } | { kind: 'shape'; issues: readonly z.core.$ZodIssue[] };

/** The request's JSON, only the fields used; what is wrong with it is answered in the forge's own words. */
export async function readJson<T>(request: HonoRequest, schema: z.ZodType<T>, refuse: (problem: BodyProblem) => Error): Promise<T> {
  const text = await request.text();
  const json = text === '' ? {} : parse(text);
  if (json === undefined) throw refuse({ kind: 'no-json' });
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw refuse({ kind: 'shape', issues: result.error.issues });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
