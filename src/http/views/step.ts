import { z } from '@hono/zod-openapi';
import { Instant } from './common.ts';

/** One step of a transcript, as the worker wrote it down. */
export const Step = z
  .object({
    index: z.int(),
    time: Instant,
    step: z.looseObject({ kind: z.string().openapi({ description: '`opening`, `turn`, `tool-result` or `note`.' }) }),
  })
  .openapi('Step');

export function stepView({ seq, at, step }: { seq: number; at: Date; step: unknown }): z.infer<typeof Step> {
  return { index: seq, time: at.toISOString(), step: step as z.infer<typeof Step>['step'] };
}
