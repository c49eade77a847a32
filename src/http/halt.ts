import { Hono, type MiddlewareHandler } from 'hono';
import { change } from '../store/events.ts';
import { halt, haltOf, liftHalt } from '../store/facts.ts';
import type { Db } from '../store/database.ts';
import type { Admitted } from './auth.ts';
import type { ControlServices } from './services.ts';
import { stopRequestOf } from './reason.ts';

/** The halt of the whole instance: nothing new starts, and what is at work goes on. */
export function haltRoutes({ db }: Pick<ControlServices, 'db'>, guard: MiddlewareHandler<Admitted>): Hono<Admitted> {
  return new Hono<Admitted>()
    .get('/halt', guard, async (c) => c.json(await stateOf(db)))
    .post('/halt', guard, async (c) => {
      const request = await stopRequestOf(c);
      if (request instanceof Response) return request;
      const first = await change(db, (tx) => halt(tx, request));
      const message = first
        ? 'Halted: nothing new starts until it is lifted; what is at work goes on.'
        : 'It was halted before, and that request stands.';
      return c.json({ ...(await stateOf(db)), message });
    })
    .post('/resume', guard, async (c) => {
      const request = await stopRequestOf(c);
      if (request instanceof Response) return request;
      const lifted = await change(db, (tx) => liftHalt(tx, request));
      return c.json({ ...(await stateOf(db)), message: lifted ? 'The halt is lifted: what waited starts now.' : 'It was not halted.' });
    });
}

async function stateOf(db: Db) {
  const found = await haltOf(db);
  return found ? { halted: true, ...found } : { halted: false };
}
