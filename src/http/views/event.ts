import { z } from '@hono/zod-openapi';
import { EVENT_TYPES } from '../../domain/event.ts';
import type { FeedEvent } from '../../store/feed.ts';
import { Instant } from './common.ts';

const text = z.string().nullable();

export const Event = z
  .object({
    sequence: z.int().openapi({ description: 'Grows in the order in which things happened.' }),
    time: Instant,
    type: z.enum(EVENT_TYPES),
    taskId: z.uuid().nullable(),
    agentId: z.uuid().nullable(),
    forge: text,
    repository: text,
    number: z.int().nullable().openapi({ description: 'Of the issue or pull request.' }),
    actor: text.openapi({ description: 'Who did it, where somebody did.' }),
    requestId: text.openapi({ description: 'Of the request that it goes back to: the lines of the log about it have it.' }),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('Event');

export function eventView({ seq, at, ...rest }: FeedEvent): z.infer<typeof Event> {
  return { sequence: seq, time: at.toISOString(), ...rest };
}
