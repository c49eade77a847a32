import { z } from '@hono/zod-openapi';
import { AUDIT_TYPES } from '../../domain/event.ts';
import type { Db } from '../../store/database.ts';
import { readFeedBackwards } from '../../store/feed.ts';
import { guarded, json, newApi, type Api } from '../openapi.ts';
import { Event, eventView } from '../views/event.ts';
import { cursorOf, cursorTo, listOf, Next, PageSize } from '../views/query.ts';

const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .openapi({ type: 'string', format: 'date-time' });
const Filter = z.strictObject({
  type: listOf(AUDIT_TYPES).optional(),
  actor: z.string().optional().openapi({ description: 'Exactly as the log has it.', example: 'ada' }),
  taskId: z.uuid().optional(),
  forge: z.string().optional(),
  repository: z.string().optional(),
  since: instant.optional(),
  until: instant.optional(),
  cursor: cursorOf(z.int().min(0)).optional(),
  limit: PageSize,
});

const AUDIT = guarded('viewer', {
  method: 'get',
  path: '/audit',
  tags: ['Events'],
  summary: 'Who asked for what, by which way, what was decided and why; newest first',
  request: { query: Filter },
  responses: { 200: json(z.object({ events: z.array(Event), next: Next }), 'A page of the log.') },
});

export function auditRoutes({ db }: { readonly db: Db }): Api {
  return newApi().openapi(AUDIT, async (c) => {
    const { type: types = AUDIT_TYPES, cursor: before, limit, ...filter } = c.req.valid('query');
    const found = await readFeedBackwards(db, { ...filter, scope: 'everything', types }, { before, limit });
    return c.json({ events: found.map(eventView), next: found.length === limit ? cursorTo(found.at(-1)!.seq) : null }, 200);
  });
}
