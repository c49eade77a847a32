import { html } from 'hono/html';
import type { Html } from '../parts/html.ts';
import type { ChartWish } from './chart.ts';

/** What a chart shows, for who cannot or does not want to look at it. */
export function numbersTable({ title, series, bars, rowName }: Pick<ChartWish, 'title' | 'series' | 'bars' | 'rowName'>): Html {
  return html`<details class="numbers">
    <summary>As numbers</summary>
    <div class="scroller" tabindex="0" role="group" aria-label="${title}, as numbers">
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
