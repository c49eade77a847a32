import { Hono, type MiddlewareHandler } from 'hono';
import { appendEvent, change } from '../store/events.ts';
import { haltOf } from '../store/facts.ts';
import { liveTaskCounts } from '../store/overview.ts';
import type { Admitted } from './auth.ts';
import type { ControlServices } from './services.ts';
import { stopRequestOf } from './reason.ts';

/** The queue as a whole. A pause keeps workers from taking jobs, takeovers of agents among them, and survives restarts. */
export function queueRoutes(services: Pick<ControlServices, 'db' | 'queue'>, guard: MiddlewareHandler<Admitted>): Hono<Admitted> {
  const { db, queue } = services;
  return new Hono<Admitted>()
    .get('/stats', guard, async (c) => c.json(await statsOf(services)))
    .post('/pause', guard, async (c) => {
      const request = await stopRequestOf(c);
      if (request instanceof Response) return request;
      await queue.pause();
      await change(db, (tx) => appendEvent(tx, { type: 'queue.paused', data: { ...request } }));
      return c.json({ ...(await statsOf(services)), message: 'The queue is paused: workers take nothing more; what is at work goes on.' });
    })
    .post('/resume', guard, async (c) => {
      const request = await stopRequestOf(c);
      if (request instanceof Response) return request;
      await queue.resume();
      await change(db, (tx) => appendEvent(tx, { type: 'queue.resumed', data: { ...request } }));
      return c.json({ ...(await statsOf(services)), message: 'The queue goes on.' });
    });
}

/** `waiting` and `active` are the queue's jobs; `tasks` is what the database knows, which is the truth. */
async function statsOf({ db, queue }: Pick<ControlServices, 'db' | 'queue'>) {
  const [stats, tasks, halt] = await Promise.all([queue.stats(), liveTaskCounts(db), haltOf(db)]);
  return { kind: queue.kind, ...stats, tasks, halted: halt !== null };
}
