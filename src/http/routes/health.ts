import { createRoute, z } from '@hono/zod-openapi';
import { runProbe, type Probe } from '../../health.ts';
import { json, newApi, type Api } from '../openapi.ts';

const Alive = z.object({ status: z.literal('ok'), uptime: z.int().openapi({ description: 'Seconds.' }) }).openapi('Alive');
const Readiness = z
  .object({
    status: z.enum(['ready', 'not ready']),
    checks: z.record(z.string(), z.object({ status: z.enum(['ok', 'failing']), detail: z.string() })),
  })
  .openapi('Readiness');

const ALIVE = createRoute({
  method: 'get',
  path: '/health',
  tags: ['Health'],
  summary: 'This process answers',
  responses: { 200: json(Alive, 'It does.') },
});
const READY = createRoute({
  method: 'get',
  path: '/health/ready',
  tags: ['Health'],
  summary: 'This process answers, and so does everything that it needs',
  responses: { 200: json(Readiness, 'It is ready.'), 503: json(Readiness, 'Something that it needs does not answer.') },
});

/** For whoever watches the process: open to everybody. */
export function healthRoutes(probes: readonly Probe[]): Api {
  return newApi()
    .openapi(ALIVE, (c) => c.json({ status: 'ok' as const, uptime: Math.round(process.uptime()) }, 200))
    .openapi(READY, async (c) => {
      const states = await Promise.all(probes.map(runProbe));
      const ready = states.every((state) => state.ok);
      const checks = Object.fromEntries(
        states.map(({ name, ok, detail }) => [name, { status: ok ? ('ok' as const) : ('failing' as const), detail }]),
      );
      return c.json({ status: ready ? ('ready' as const) : ('not ready' as const), checks }, ready ? 200 : 503);
    });
}
