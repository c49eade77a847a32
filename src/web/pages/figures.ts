import { html } from 'hono/html';
import { z } from 'zod';
import { liveTaskCounts } from '../../store/overview.ts';
import { pullTimesPerDay, queueMoves, spendPerDay } from '../../store/figures.ts';
import { listAddress } from '../addresses.ts';
import { dayCharts } from '../charts/day-charts.ts';
import { queueChart } from '../charts/queue-chart.ts';
import type { Page } from '../layout.ts';
import type { Html } from '../parts/html.ts';
import type { PageServices } from '../services.ts';
import type { Visitor } from '../session/visitor.ts';

const RANGES = [7, 30, 90] as const;
export const FiguresQuery = z.object({
  days: z.coerce
    .number()
    .pipe(z.union(RANGES.map((days) => z.literal(days))))
    .catch(30),
});

/** Where people would rather look than read. */
export async function figuresPage({ db }: PageServices, { scope }: Visitor, { days }: z.infer<typeof FiguresQuery>): Promise<Page> {
  const hours = days === 7 ? 7 * 24 : 24;
  const [spend, times, moves, counts] = await Promise.all([
    spendPerDay(db, scope, days),
    pullTimesPerDay(db, scope, days),
    queueMoves(db, scope, hours),
    liveTaskCounts(db, scope),
  ]);
  const content = html`<div class="head">
      <h1>Figures</h1>
      <nav class="actions" aria-label="How far back">${RANGES.map((range) => rangeLink(range, days))}</nav>
    </div>
    ${dayCharts(spend, times)}
    <section id="depth" aria-labelledby="depth-title">
      <h2 id="depth-title">Queue depth, the last ${hours} hours</h2>
      ${queueChart({ now: new Date(), hours, moves, waiting: counts.pending + counts.dispatched, atWork: counts.running })}
    </section>`;
  return { title: 'Figures', under: '/figures', live: '', content };
}

function rangeLink(range: number, days: number): Html {
  return html`<a class="button" href="${listAddress('/figures', { days: range })}" ${range === days ? html`aria-current="true"` : ''}
    >${range} days</a
  >`;
}
