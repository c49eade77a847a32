import type { Context } from 'hono';
import { z } from 'zod';
import type { StopRequest } from '../store/schema.ts';
import type { Admitted } from './auth.ts';
import { readBody } from './problem.ts';

/** Why, for the audit log and for the people on the issue: one line. */
const Reason = z.strictObject({
  reason: z
    .string()
    .max(500)
    .transform((text) =>
      text
        .toWellFormed()
        .replace(/[\s\p{Cc}]+/gu, ' ')
        .trim(),
    )
    .optional(),
});

/** Who asks for a stop, and why; a Response when the request is not what is taken. */
export async function stopRequestOf(c: Context<Admitted>): Promise<StopRequest | Response> {
  const body = await readBody(c, Reason);
  if (body instanceof Response) return body;
  return { actor: c.get('actor'), route: 'api', reason: body.reason || 'no reason given' };
}
