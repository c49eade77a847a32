import { Hono } from 'hono';
import { messageOf } from '../errors.ts';

/** Something that must work before this process can do its part. */
export interface Probe {
  readonly name: string;
  check(): Promise<{ ok: boolean; detail: string }>;
}

const PROBE_MS = 5_000;

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

/** A part that does not answer counts as failing; it never makes the page itself hang. */
export async function runProbe(probe: Probe): Promise<{ name: string; ok: boolean; detail: string }> {
  const { promise: late, resolve } = Promise.withResolvers<{ ok: boolean; detail: string }>();
  const timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${PROBE_MS / 1000} s` }), PROBE_MS);
  const answer = probe.check().catch((error: unknown) => ({ ok: false, detail: messageOf(error) }));
  const { ok, detail } = await Promise.race([answer, late]);
  clearTimeout(timer);
  return { name: probe.name, ok, detail };
}
