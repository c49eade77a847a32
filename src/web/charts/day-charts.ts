import { html } from 'hono/html';
import type { PullTimesOfDay, SpendOfDay } from '../../store/figures.ts';
import type { Html } from '../parts/html.ts';
import { money, span } from '../words.ts';
import { barChart } from './bars.ts';

/** What was spent, and how long people waited, day by day: a section each. */
export function dayCharts(spend: readonly SpendOfDay[], times: readonly PullTimesOfDay[]): Html {
  return html`<section id="spend" aria-labelledby="spend-title">
      <h2 id="spend-title">Spend per day</h2>
      ${spendChart(spend)}
    </section>
    <section id="times" aria-labelledby="times-title">
      <h2 id="times-title">From the label to the pull request</h2>
      ${pullTimesChart(times)}
    </section>`;
}

function spendChart(days: readonly SpendOfDay[]): Html {
  return barChart({
    title: `Money spent on models per day, the last ${days.length} days`,
    rowName: 'Day (UTC)',
    series: [{ name: 'US dollars at list price', tone: 'tone-money', written: money }],
    bars: days.map(({ day, costUsd }) => ({ label: shortDay(day), parts: [costUsd] })),
    empty: html`<p>Nothing was spent. What agents cost, day by day, is drawn here once one has worked.</p>`,
  });
}

const MINUTE = 60_000;

/** In minutes, so that the scale ends at a round number of them. */
function pullTimesChart(days: readonly PullTimesOfDay[]): Html {
  return barChart({
    title: `Time from the request to the pull request, the last ${days.length} days`,
    rowName: 'Day (UTC)',
    series: [
      { name: 'half of them within', tone: 'tone-work', written: inMinutes },
      { name: 'the slowest', tone: 'tone-slow', written: inMinutes, shape: 'mark' },
    ],
    bars: days.map(({ day, medianMs, slowestMs }) => ({
      label: shortDay(day),
      parts: [medianMs, slowestMs].map((ms) => ms && ms / MINUTE),
    })),
    empty: html`<p>No pull request was opened. How long they take from the label is drawn here once one is there.</p>`,
  });
}

function inMinutes(minutes: number): string {
  return span(minutes * MINUTE);
}

/** `31 Jan`. */
function shortDay(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}
