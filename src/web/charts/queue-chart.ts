import { html } from 'hono/html';
import type { Html } from '../parts/html.ts';
import { barChart } from './bars.ts';
import { depthsOf } from './queue-depth.ts';

const STRETCHES = 48;

export function queueChart(wish: Omit<Parameters<typeof depthsOf>[0], 'stretches'>): Html {
  const written = String;
  return barChart({
    title: `Tasks at work and waiting, the last ${wish.hours} hours`,
    whole: true,
    rowName: 'Until (UTC)',
    series: [
      { name: 'at work', tone: 'tone-work', written },
      { name: 'waiting', tone: 'tone-wait', written },
    ],
    bars: depthsOf({ ...wish, stretches: STRETCHES }).map(({ at, waiting, atWork }) => ({
      label: at.toISOString().slice(11, 16),
      parts: [atWork, waiting],
    })),
    empty: html`<p>Nothing was at work or waiting. Once somebody asks for an agent, the load of the last hours is drawn here.</p>`,
  });
}
