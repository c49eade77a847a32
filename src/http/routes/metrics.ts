import { z } from '@hono/zod-openapi';
import { Registry } from 'prom-client';
import { Tally, TALLIED, tallied } from '../../events/tally.ts';
import { countAll } from '../../store/counts.ts';
import { haltOf } from '../../store/facts.ts';
import { catchUp, type Reader } from '../../store/readers.ts';
import { metricsText } from '../metrics.ts';
import { guarded, newApi, type Api } from '../openapi.ts';
import type { ControlServices } from '../services.ts';

const TALLY: Reader<Tally> = {
  name: 'metrics',
  types: TALLIED,
  start: (kept) => Tally.safeParse(kept).data ?? null,
  next: tallied,
};

const TEXT = { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE };

const METRICS = guarded('viewer', {
  method: 'get',
  path: '/metrics',
  tags: ['Health'],
  summary: 'Figures for Prometheus',
  responses: { 200: { description: 'All figures, in the text format.', content: { 'text/plain': { schema: z.string() } } } },
});

export function metricsRoutes({ db, queue }: Pick<ControlServices, 'db' | 'queue'>): Api {
  return newApi().openapi(METRICS, async (c) => {
    const [counts, tally, halt, stats] = await Promise.all([countAll(db), catchUp(db, TALLY), haltOf(db), queue.stats().catch(() => null)]);
    return c.text(await metricsText({ counts, tally, queue: stats, isHalted: halt !== null }), 200, TEXT);
  });
}
