import type { z } from 'zod';
import { readJson, type BodyProblem } from '../../forge/server/body.ts';
import { ApiError } from '../../forge/server/errors.ts';
import type { Ctx } from './access.ts';
import type { FieldError } from './errors.ts';

/** The request's JSON, only the fields used. 400 for what is not JSON, 422 for what has another shape. */
export function readBody<T>(c: Ctx, schema: z.ZodType<T>): Promise<T> {
  return readJson(c.req, schema, refuse);
}

function refuse(problem: BodyProblem): ApiError {
  if (problem.kind === 'no-json') return new ApiError(400, 'Problems parsing JSON');
  const problems = problem.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  const error: FieldError = { resource: 'Request', code: 'invalid', message: problems.join('; ') };
  return new ApiError(422, `Invalid request.\n\n${problems.join('\n')}`, { errors: [error] });
}
