import { html } from 'hono/html';
import type { Html } from '../parts/html.ts';
import type { Bar, ChartWish, Series } from './chart.ts';
import { numbersTable } from './numbers-table.ts';
import { roundUp } from './scale.ts';

/** The drawing's own units: it is stretched to its place, and words stand beside it. */
const STEP = 10;
const WIDE = 7;
const TALL = 100;

/** A chart for the eye, drawn here, with the same numbers as a table behind it for everybody else. */
export function barChart(wish: ChartWish): Html {
  const highest = Math.max(...wish.bars.map((bar) => heightOf(bar, wish.series)));
  if (!(highest > 0)) return html`<div class="empty">${wish.empty}</div>`;
  const top = roundUp(highest, wish.whole ?? false);
  const written = wish.series[0]!.written;
  const width = wish.bars.length * STEP;
  return html`<figure class="chart">
    <figcaption>${wish.series.map(({ name, tone }) => html`<span class="key ${tone}">${name}</span>`)}</figcaption>
    <div class="plot">
      <div class="scale" aria-hidden="true"><span>${written(top)}</span><span>${written(top / 2)}</span><span>0</span></div>
      <svg
        viewBox="0 0 ${width} ${TALL}"
        preserveAspectRatio="none"
        role="img"
        aria-label="${wish.title}; the numbers are in the table below"
      >
        ${[0, TALL / 2, TALL].map((y) => html`<line class="grid" x1="0" x2="${width}" y1="${y}" y2="${y}" />`)}
        ${wish.bars.map((bar, index) => drawn(wish, bar, index, top))}
      </svg>
      <div class="labels" aria-hidden="true">${labels(wish.bars)}</div>
    </div>
    ${numbersTable(wish)}
  </figure>`;
}

function drawn({ series }: ChartWish, bar: Bar, index: number, top: number): Html {
  const x = index * STEP + (STEP - WIDE) / 2;
  let below = 0;
  const pieces = bar.parts.map((value, part) => {
    if (value === null || value <= 0) return '';
    const { tone, shape } = series[part]!;
    const tall = (value / top) * TALL;
    const y = shape === 'mark' ? TALL - tall : TALL - below - tall;
    if (shape !== 'mark') below += tall;
    return html`<rect class="${tone}" x="${x}" y="${y.toFixed(2)}" width="${WIDE}" height="${shape === 'mark' ? '2' : tall.toFixed(2)}" />`;
  });
  const said = bar.parts.map((value, part) => `${series[part]!.name} ${value === null ? '–' : series[part]!.written(value)}`);
  return html`<g>
    <title>${bar.label}: ${said.join(', ')}</title>
    <rect class="whole" x="${index * STEP}" y="0" width="${STEP}" height="${TALL}" />${pieces}
  </g>`;
}

/** The first, the middle and the last: more do not fit on a phone. */
function labels(bars: readonly Bar[]): Html[] {
  const shown = [bars[0], bars[Math.floor(bars.length / 2)], bars.at(-1)];
  return shown.map((bar) => html`<span>${bar?.label ?? ''}</span>`);
}

function heightOf({ parts }: Bar, series: readonly Series[]): number {
  const stacked = parts.reduce<number>((sum, value, part) => sum + (series[part]!.shape === 'mark' ? 0 : (value ?? 0)), 0);
  return Math.max(stacked, ...parts.map((value) => value ?? 0));
}
