import { html } from 'hono/html';
import type { Html } from '../parts/html.ts';

export interface Bar {
  /** Under the chart, and in the table behind it. */
  readonly label: string;
  /** From the bottom up; null: there is nothing to show. */
  readonly parts: readonly (number | null)[];
}

export interface Series {
  readonly name: string;
  /** A class of the style sheet. */
  readonly tone: string;
  readonly written: (value: number) => string;
}

interface Wish {
  readonly title: string;
  readonly series: readonly Series[];
  readonly bars: readonly Bar[];
  /** Beside the bars, a series is drawn as a mark at its value instead of on top of the one below. */
  readonly marks?: boolean;
  readonly rowName: string;
  readonly empty: Html;
}

const WIDTH = 720;
const HEIGHT = 140;
const LEFT = 46;
const BOTTOM = 18;
const TOP = 8;

/** A chart for the eye, drawn here, with the same numbers as a table behind it for everybody else. */
export function barChart(wish: Wish): Html {
  const highest = Math.max(...wish.bars.map((bar) => heightOf(bar, wish.marks ?? false)));
  if (!(highest > 0)) return html`<div class="empty">${wish.empty}</div>`;
  const top = roundUp(highest);
  return html`<figure class="chart">
    <figcaption>${wish.series.map(({ name, tone }) => html`<span class="key ${tone}">${name}</span>`)}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${wish.title}; the numbers are in the table below">
      ${gridLines(top, wish.series[0]!.written)} ${wish.bars.map((bar, index) => drawn(wish, bar, index, top))} ${labels(wish.bars)}
    </svg>
    ${numbers(wish)}
  </figure>`;
}

function drawn({ bars, series, marks }: Wish, bar: Bar, index: number, top: number): Html {
  const step = (WIDTH - LEFT) / bars.length;
  const width = Math.max(1, Math.min(28, step * 0.72));
  const x = LEFT + index * step + (step - width) / 2;
  let below = 0;
  const pieces = bar.parts.map((value, part) => {
    if (value === null || value <= 0) return '';
    const tall = heightIn(value, top);
    if (marks && part > 0)
      return html`<rect
        class="${series[part]!.tone}"
        x="${fixed(x)}"
        y="${fixed(HEIGHT - BOTTOM - tall - 1)}"
        width="${fixed(width)}"
        height="2"
      />`;
    const y = HEIGHT - BOTTOM - below - tall;
    below += tall;
    return html`<rect class="${series[part]!.tone}" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(tall)}" />`;
  });
  const said = bar.parts.map((value, part) => `${series[part]!.name} ${value === null ? '–' : series[part]!.written(value)}`).join(', ');
  return html`<g
    ><title>${bar.label}: ${said}</title
    ><rect
      class="whole"
      x="${fixed(LEFT + index * step)}"
      y="${TOP}"
      width="${fixed(step)}"
      height="${HEIGHT - TOP - BOTTOM}"
    />${pieces}</g
  >`;
}

function gridLines(top: number, written: (value: number) => string): Html[] {
  return [0, top / 2, top].map((value) => {
    const y = fixed(HEIGHT - BOTTOM - heightIn(value, top));
    return html`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}" /><text
        class="tick"
        x="${LEFT - 6}"
        y="${y}"
        dy="4"
        text-anchor="end"
        >${written(value)}</text
      >`;
  });
}

/** The first, the middle and the last: more do not fit on a phone. */
function labels(bars: readonly Bar[]): Html[] {
  const step = (WIDTH - LEFT) / bars.length;
  const at = (index: number, anchor: string, x: number) =>
    html`<text class="tick" x="${fixed(x)}" y="${HEIGHT - 4}" text-anchor="${anchor}">${bars[index]!.label}</text>`;
  const middle = Math.floor(bars.length / 2);
  return [at(0, 'start', LEFT), at(middle, 'middle', LEFT + (middle + 0.5) * step), at(bars.length - 1, 'end', WIDTH)];
}

function numbers({ title, series, bars, rowName }: Wish): Html {
  return html`<details class="numbers">
    <summary>As numbers</summary>
    <div class="scroller" tabindex="0" role="region" aria-label="${title}, as numbers">
      <table class="plain">
        <caption class="unseen">
          ${title}
        </caption>
        <thead>
          <tr>
            <th scope="col">${rowName}</th>
            ${series.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${bars.map(
            ({ label, parts }) =>
              html`<tr>
                <th scope="row">${label}</th>
                ${parts.map((value, part) => html`<td class="number">${value === null ? '–' : series[part]!.written(value)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function heightOf({ parts }: Bar, marks: boolean): number {
  const values = parts.map((value) => value ?? 0);
  return marks ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

function heightIn(value: number, top: number): number {
  return (value / top) * (HEIGHT - BOTTOM - TOP);
}

/** 1, 2 or 5 times a power of ten: a scale that can be read. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((candidate) => candidate * power >= value)!;
  return step * power;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
