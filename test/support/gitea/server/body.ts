import type { z } from 'zod';
import { readJson, type BodyProblem } from '../../forge/server/body.ts';
import type { ApiError } from '../../forge/server/errors.ts';
import type { Ctx } from './access.ts';
import { unprocessable } from './errors.ts';

/** The request's JSON, only the fields used. 422 for whatever is wrong with it. */
export function readBody<T>(c: Ctx, schema: z.ZodType<T>): Promise<T> {
  return readJson(c.req, schema, refuse);
}

function refuse(problem: BodyProblem): ApiError {
  if (problem.kind === 'no-json') return unprocessable('[]: invalid character in JSON');
  const [issue] = problem.issues;
  return unprocessable(`[${issue?.path.join('.') ?? ''}]: ${issue?.message ?? 'invalid'}`);
}
