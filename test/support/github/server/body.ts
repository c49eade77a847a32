import type { z } from 'zod';
import type { Ctx } from './access.ts';
import { ApiError } from './errors.ts';

/** The request's JSON, only the fields used. 400 for what is not JSON, 422 for what has another shape. */
export async function readBody<T>(c: Ctx, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(parse(await c.req.text()));
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new ApiError(422, `Invalid request.\n\n${problems.join('\n')}`, [
    { resource: 'Request', code: 'invalid', message: problems.join('; ') },
  ]);
}

function parse(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
}
