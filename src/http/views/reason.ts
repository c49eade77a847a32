import { z } from '@hono/zod-openapi';
import type { StopRequest } from '../../store/schema.ts';
import type { Identity } from '../admission/identify.ts';

/** One line for the audit log, and for the people on the issue. */
const OneLine = z
  .string()
  .max(500)
  .transform((text) =>
    text
      .toWellFormed()
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
  );

export const Reason = z
  .strictObject({ reason: OneLine.optional().openapi({ description: 'Why, for the people on the issue.' }) })
  .openapi('Reason');

/** Who asks for it, and why. */
export function requestOf({ actor }: Identity, { reason }: z.infer<typeof Reason>): StopRequest {
  return { actor, route: 'api', reason: reason || 'no reason given' };
}
