import { z } from '@hono/zod-openapi';
import { GATE_STATES } from '../../domain/finding.ts';

const Finding = z
  .object({
    severity: z.enum(['error', 'warning', 'notice']),
    path: z.string().nullable(),
    line: z.int().nullable(),
    endLine: z.int().nullable(),
    rule: z.string().nullable(),
    message: z.string(),
  })
  .openapi('Finding');

/** Where a gate of a task stands. */
export const Gate = z
  .object({
    gate: z.string(),
    required: z.boolean(),
    state: z.enum(GATE_STATES),
    summary: z.string(),
    command: z.string().nullable(),
    findings: z.array(Finding).readonly(),
    log: z.string().openapi({ description: 'The end of the tool’s own output.' }),
    durationMs: z.number(),
    coverage: z.number().nullable(),
  })
  .openapi('Gate');
