import { z } from '@hono/zod-openapi';
import type { Context, TypedResponse } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** The one shape of everything that the API refuses. */
export const Problem = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: 'Stable and searchable.', example: 'agent.not-found' }),
      message: z.string().openapi({ description: 'What is wrong, and what to do about it.' }),
      details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    }),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;

export type ProblemDetails = NonNullable<Problem['error']['details']>;

export function problem<Status extends ContentfulStatusCode>(
  c: Context,
  status: Status,
  code: string,
  message: string,
  details?: ProblemDetails,
): Response & TypedResponse<Problem, Status, 'json'> {
  const body: Problem = { error: { code, message, ...(details === undefined ? {} : { details }) } };
  return c.json(body, status);
}
