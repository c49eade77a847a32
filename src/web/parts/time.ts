import { html } from 'hono/html';
import { ago, span, stamp } from '../words.ts';
import type { Html } from './html.ts';

/** An instant as its distance from now; the instant itself is its title. */
export function agoCell(at: Date, now: Date): Html {
  return html`<time datetime="${at.toISOString()}" title="${stamp(at)} UTC">${ago(at, now)}</time>`;
}

/** How long something has gone on, or went on. */
export function spanCell(from: Date, to: Date): Html {
  return html`<time datetime="PT${Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000))}S"
    >${span(to.getTime() - from.getTime())}</time
  >`;
}

export function stampCell(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${stamp(at)}</time>`;
}
