import type { z } from 'zod';
import { readJson, type BodyProblem } from '../../forge/server/body.ts';
import type { ApiError } from '../../forge/server/errors.ts';
import type { Ctx } from './access.ts';
import { unprocessable } from './errors.ts';

/** The request's JSON, only the fields used. 422 for whatever is wrong with it. */
export function readBody<T>(c: Ctx, schema: z.ZodType<T>): Promise<T> {
  return readJson(c.req, schema, refuse);
}

/** In the words of the library that Gitea reads its forms with. */
function refuse(problem: BodyProblem): ApiError {
  if (problem.kind === 'no-json') return unprocessable('[]: invalid character in JSON');
  const [issue] = problem.issues;
  const field = String(issue?.path[0] ?? '').replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (issue?.code === 'invalid_value') return unprocessable(`[${field}]: In`);
  const missing = issue?.code === 'too_small' || (issue?.code === 'invalid_type' && issue.message.includes('undefined'));
  return unprocessable(missing ? `[${field}]: Required` : `[]: json: cannot unmarshal into Go struct field ${field}`);
}
