import { html } from 'hono/html';
import type { StoredEvent } from '../../domain/event.ts';
import { stamp } from '../words.ts';
import { eventWords } from './event-words.ts';
import type { Html } from './html.ts';

/** What happened to a task, with the time of day; the day is the title. What the agent says and does is in its transcript. */
export function timeline(events: readonly StoredEvent[]): Html {
  return html`<ol class="timeline">
    ${events.map(
      (event) =>
        html`<li class="${event.type.replace('.', '-')}">
          <time datetime="${event.at.toISOString()}" title="${stamp(event.at)} UTC">${stamp(event.at).slice(11)}</time>
          <span>${eventWords(event)}</span>
        </li>`,
    )}
  </ol>`;
}
