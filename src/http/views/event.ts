import { z } from '@hono/zod-openapi';
import { EVENT_TYPES, type StoredEvent } from '../../domain/event.ts';
import { Instant } from './common.ts';

export const Event = z
  .object({
    sequence: z.int().openapi({ description: 'Grows in the order in which things happened.' }),
    time: Instant,
    type: z.enum(EVENT_TYPES),
    taskId: z.uuid().nullable(),
    agentId: z.uuid().nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('Event');

export function eventView({ seq, at, type, taskId, agentId, data }: StoredEvent): z.infer<typeof Event> {
  return { sequence: seq, time: at.toISOString(), type, taskId, agentId, data };
}
