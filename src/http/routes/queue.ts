import { z } from '@hono/zod-openapi';
import { appendEvent, change } from '../../store/events.ts';
import { haltOf } from '../../store/facts.ts';
import { liveTaskCounts } from '../../store/overview.ts';
import { body, guarded, json, newApi, type Api } from '../openapi.ts';
import type { ControlServices } from '../services.ts';
import { Reason, requestOf } from '../views/reason.ts';

const count = z.int().min(0);
const QueueStats = z
  .object({
    kind: z.enum(['postgres', 'valkey']),
    waiting: count.openapi({ description: 'Jobs in the queue.' }),
    active: count.openapi({ description: 'Jobs that workers have.' }),
    paused: z.boolean(),
    halted: z.boolean(),
    tasks: z
      .object({ pending: count, dispatched: count, running: count })
      .openapi({ description: 'What the database knows, which is the truth.' }),
  })
  .openapi('QueueStats');
const QueueAnswer = QueueStats.extend({ message: z.string() }).openapi('QueueAnswer');

const STATS = guarded('viewer', {
  method: 'get',
  path: '/queue/stats',
  tags: ['Queue'],
  summary: 'How much waits and how much is at work',
  responses: { 200: json(QueueStats, 'The queue and the tasks.') },
});
const PAUSE = guarded(
  'operator',
  {
    method: 'post',
    path: '/queue/pause',
    tags: ['Queue'],
    summary: 'Workers take nothing more, takeovers of agents among it; what is at work goes on',
    request: { body: body(Reason, { optional: true }) },
    responses: { 200: json(QueueAnswer, 'It is paused.') },
  },
  { urgent: true },
);
const RESUME = guarded('operator', {
  method: 'post',
  path: '/queue/resume',
  tags: ['Queue'],
  summary: 'Workers take what waits',
  request: { body: body(Reason, { optional: true }) },
  responses: { 200: json(QueueAnswer, 'It goes on.') },
});

/** The queue as a whole. A pause survives restarts. */
export function queueRoutes(services: Pick<ControlServices, 'db' | 'queue'>): Api {
  const { db, queue } = services;
  return newApi()
    .openapi(STATS, async (c) => c.json(await statsOf(services), 200))
    .openapi(PAUSE, async (c) => {
      await queue.pause();
      const data = { ...requestOf(c.get('identity'), c.req.valid('json')) };
      await change(db, (tx) => appendEvent(tx, { type: 'queue.paused', data }));
      const message = 'The queue is paused: workers take nothing more; what is at work goes on.';
      return c.json({ ...(await statsOf(services)), message }, 200);
    })
    .openapi(RESUME, async (c) => {
      await queue.resume();
      const data = { ...requestOf(c.get('identity'), c.req.valid('json')) };
      await change(db, (tx) => appendEvent(tx, { type: 'queue.resumed', data }));
      return c.json({ ...(await statsOf(services)), message: 'The queue goes on.' }, 200);
    });
}

async function statsOf({ db, queue }: Pick<ControlServices, 'db' | 'queue'>): Promise<z.infer<typeof QueueStats>> {
  const [stats, tasks, halt] = await Promise.all([queue.stats(), liveTaskCounts(db, 'everything'), haltOf(db)]);
  return { kind: queue.kind, ...stats, tasks, halted: halt !== null };
}
