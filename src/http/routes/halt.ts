import { z } from '@hono/zod-openapi';
import type { Db } from '../../store/database.ts';
import { change } from '../../store/events.ts';
import { halt, haltOf, liftHalt } from '../../store/facts.ts';
import { body, guarded, json, newApi, type Api } from '../openapi.ts';
import type { ControlServices } from '../services.ts';
import { Instant } from '../views/common.ts';
import { Reason, requestOf } from '../views/reason.ts';

const HaltState = z
  .object({
    halted: z.boolean(),
    actor: z.string().optional(),
    route: z.string().optional(),
    reason: z.string().optional(),
    at: Instant.optional(),
  })
  .openapi('HaltState');
const HaltAnswer = HaltState.extend({ message: z.string() }).openapi('HaltAnswer');

const LOOK = guarded('viewer', {
  method: 'get',
  path: '/halt',
  tags: ['Halt'],
  summary: 'Whether the instance is halted, by whom and why',
  responses: { 200: json(HaltState, 'How it stands.') },
});
const HALT = guarded(
  'admin',
  {
    method: 'post',
    path: '/halt',
    tags: ['Halt'],
    summary: 'Nothing new starts until the halt is lifted; what is at work goes on',
    request: { body: body(Reason, { optional: true }) },
    responses: { 200: json(HaltAnswer, 'It is halted.') },
  },
  { urgent: true },
);
const RESUME = guarded('admin', {
  method: 'post',
  path: '/resume',
  tags: ['Halt'],
  summary: 'Lifts the halt: what waited starts',
  request: { body: body(Reason, { optional: true }) },
  responses: { 200: json(HaltAnswer, 'It is not halted.') },
});

/** The halt of the whole instance. It is kept in the database, and survives restarts. */
export function haltRoutes({ db }: Pick<ControlServices, 'db'>): Api {
  return newApi()
    .openapi(LOOK, async (c) => c.json(await stateOf(db), 200))
    .openapi(HALT, async (c) => {
      const first = await change(db, (tx) => halt(tx, requestOf(c.get('identity'), c.req.valid('json'))));
      const message = first
        ? 'Halted: nothing new starts until it is lifted; what is at work goes on.'
        : 'It was halted before, and that request stands.';
      return c.json({ ...(await stateOf(db)), message }, 200);
    })
    .openapi(RESUME, async (c) => {
      const lifted = await change(db, (tx) => liftHalt(tx, requestOf(c.get('identity'), c.req.valid('json'))));
      return c.json(
        { ...(await stateOf(db)), message: lifted ? 'The halt is lifted: what waited starts now.' : 'It was not halted.' },
        200,
      );
    });
}

async function stateOf(db: Db): Promise<z.infer<typeof HaltState>> {
  const found = await haltOf(db);
  return found ? { halted: true, ...found } : { halted: false };
}
