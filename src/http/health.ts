import { Hono } from 'hono';
import { runProbe, type Probe } from '../health.ts';

/** `/health`: this process answers. `/health/ready`: so does everything that it needs. */
export function healthRoutes(probes: readonly Probe[]): Hono {
  return new Hono()
    .get('/', (c) => c.json({ status: 'ok', uptime: Math.round(process.uptime()) }))
    .get('/ready', async (c) => {
      const states = await Promise.all(probes.map(runProbe));
      const ready = states.every((state) => state.ok);
      const checks = Object.fromEntries(states.map(({ name, ok, detail }) => [name, { status: ok ? 'ok' : 'failing', detail }]));
      return c.json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503);
    });
}
