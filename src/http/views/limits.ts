import { z } from '@hono/zod-openapi';

/** What one agent may use up. Each counts where it is lower than what the settings and the repository allow. */
export const Limits = z
  .strictObject({
    turns: z.int().min(1).optional().openapi({ description: 'Model calls.' }),
    tokens: z.int().min(1000).optional(),
    costUsd: z.number().min(0).optional(),
    wallSeconds: z.int().min(10).optional(),
    gateRounds: z.int().min(0).max(10).optional().openapi({ description: 'How often red gates are handed back.' }),
  })
  .openapi('Limits');

export const Priority = z.int().min(1).max(10).openapi({ description: '1 is taken first, 10 last.' });
