import { html } from 'hono/html';
import type { Html } from './html.ts';

export interface Tile {
  readonly label: string;
  readonly value: string | Html;
  readonly note?: string | Html;
  /** How much of a limit is used, 0 to 1 and more. */
  readonly used?: number;
  /** Using all of it is nothing to worry about. */
  readonly mayFill?: boolean;
  readonly address?: string;
}

/** The figures at the head of a page. */
export function tiles(all: readonly Tile[]): Html {
  return html`<dl class="tiles">
    ${all.map(
      ({ label, value, note, used, mayFill, address }) =>
        html`<div>
          <dt>${label}</dt>
          <dd class="value">${address ? html`<a href="${address}">${value}</a>` : value}</dd>
          ${note ? html`<dd class="note">${note}</dd>` : ''}
          ${used === undefined ? '' : html`<dd class="bar-cell">${gauge(label, used, mayFill)}</dd>`}
        </div>`,
    )}
  </dl>`;
}

/** A bar for the eye; the numbers beside it say the same. */
export function gauge(label: string, used: number, mayFill = false): Html {
  const shown = Math.min(1, Math.max(0, used));
  const tone = mayFill ? '' : used >= 1 ? 'over' : used >= 0.8 ? 'near' : '';
  return html`<svg
    class="gauge ${tone}"
    viewBox="0 0 100 4"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}: ${Math.round(used * 100)} % of the limit"
  >
    <rect class="track" width="100" height="4" />
    <rect class="fill" width="${(shown * 100).toFixed(1)}" height="4" />
  </svg>`;
}
