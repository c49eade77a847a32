import { z } from '@hono/zod-openapi';
import { EVENT_TYPES } from '../../domain/event.ts';
import { tail } from '../../events/tail.ts';
import { overviewOf } from '../../store/agent-overview.ts';
import type { Db } from '../../store/database.ts';
import { headOfLog, readFeed, readFeedBackwards, type FeedFilter } from '../../store/feed.ts';
import { isWithin, type Scope } from '../../store/scope.ts';
import { eventStream, eventText, heartbeatText, retryText } from '../event-stream.ts';
import type { Identity } from '../admission/identify.ts';
import { guarded, json, newApi, refusal, type Api } from '../openapi.ts';
import { problem } from '../problem.ts';
import type { ControlServices } from '../services.ts';
import { Event, eventView } from '../views/event.ts';
import { listOf } from '../views/query.ts';
import { NO_AGENT, unknownAgent } from './agents.ts';

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;
/** Milliseconds. Then whoever listens comes again, and shows a token that is still valid. */
const LONGEST_MS = 600_000;
const MOST_STREAMS = 500;

const position = z.coerce.number().int().min(0).openapi({ type: 'integer' });
const filter = {
  taskId: z.uuid().optional(),
  agentId: z.uuid().optional().openapi({ description: 'Its events, and those of its task that are of no agent.' }),
  forge: z.string().optional(),
  repository: z.string().optional().openapi({ example: 'acme/app' }),
  type: listOf(EVENT_TYPES).optional(),
};
const Recent = z.strictObject({
  ...filter,
  after: position.optional().openapi({ description: 'A sequence number. Left out, the newest are meant.' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100).openapi({ type: 'integer' }),
});
const Live = z.strictObject({
  ...filter,
  after: position.optional().openapi({ description: 'A sequence number; `Last-Event-ID` outweighs it.' }),
});

const RECENT = guarded('viewer', {
  method: 'get',
  path: '/agents/events/recent',
  tags: ['Events'],
  summary: 'The event log, oldest first',
  request: { query: Recent },
  responses: {
    200: json(z.object({ events: z.array(Event), next: z.int().openapi({ description: '`after` of the next page.' }) }), 'Some events.'),
    ...NO_AGENT,
  },
});
const STREAM = guarded(
  'viewer',
  {
    method: 'get',
    path: '/agents/events',
    tags: ['Events'],
    summary: 'The event log as it grows, as server-sent events; `id` is the sequence number',
    description: 'A reader that comes again with `Last-Event-ID` misses nothing. It does so every ten minutes at least.',
    request: { query: Live, headers: z.object({ 'last-event-id': position.optional() }) },
    responses: {
      200: { description: 'The events, for as long as somebody listens.', content: { 'text/event-stream': { schema: z.string() } } },
      ...NO_AGENT,
      503: refusal('Too many listen already.'),
    },
  },
  { endless: true, scoped: true },
);

/** What happens, for whoever listens or asks now and then. */
export function eventRoutes(services: Pick<ControlServices, 'db' | 'notifications'>): Api {
  const { db } = services;
  let streams = 0;
  return newApi()
    .openapi(RECENT, async (c) => {
      const { after, limit, ...wish } = c.req.valid('query');
      const wanted = await filterOf(db, c.get('identity').scope, wish);
      if (!wanted) return unknownAgent(c);
      const head = await headOfLog(db);
      const found =
        after === undefined
          ? (await readFeedBackwards(db, wanted, { before: head + 1, limit })).toReversed()
          : await readFeed(db, wanted, { after, upTo: head, limit });
      const isFull = after !== undefined && found.length === limit;
      return c.json({ events: found.map(eventView), next: isFull ? found.at(-1)!.seq : Math.max(head, after ?? 0) }, 200);
    })
    .openapi(STREAM, async (c) => {
      const { after, ...wish } = c.req.valid('query');
      const wanted = await filterOf(db, c.get('identity').scope, wish);
      if (!wanted) return unknownAgent(c);
      if (streams >= MOST_STREAMS) return problem(c, 503, 'events.too-many', `${MOST_STREAMS} listen already. Come back later.`);
      streams += 1;
      const gone = new AbortController();
      const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(lengthOf(c.get('identity')))]);
      signal.addEventListener('abort', () => (streams -= 1), { once: true });
      const start = c.req.valid('header')['last-event-id'] ?? after ?? (await headOfLog(db));
      return eventStream(textsOf(services, wanted, start, signal), () => gone.abort());
    });
}

async function* textsOf(services: Pick<ControlServices, 'db' | 'notifications'>, wanted: FeedFilter, after: number, signal: AbortSignal) {
  yield retryText(RETRY_MS);
  let last = Date.now();
  for await (const { events, position: reached } of tail({ ...services, filter: wanted, after, everyMs: HEARTBEAT_MS, signal })) {
    if (events.length === 0 && Date.now() - last < HEARTBEAT_MS) continue;
    last = Date.now();
    yield events.map((event) => eventText(event.seq, event.type, eventView(event))).join('') || heartbeatText(reached);
  }
}

/** Milliseconds. Whoever may be let in for less than that has to show again what they may see. */
function lengthOf({ until }: Identity): number {
  return Math.max(0, Math.min(LONGEST_MS, until - Date.now()));
}

/** null: there is no such agent in scope. */
async function filterOf(
  db: Db,
  scope: Scope,
  { type: types, agentId, ...rest }: z.infer<z.ZodObject<typeof filter>>,
): Promise<FeedFilter | null> {
  if (agentId === undefined) return { ...rest, scope, types };
  const agent = await overviewOf(db, agentId);
  return agent && isWithin(scope, agent) ? { ...rest, scope, types, agentId, taskId: rest.taskId ?? agent.taskId } : null;
}
