import { html } from 'hono/html';
import type { StoredEvent } from '../../domain/event.ts';
import { stamp } from '../words.ts';
import { eventWords } from './event-words.ts';
import type { Html } from './html.ts';

/** What happened to a task, with the time of day; the day is the title. What the agent says and does is in its transcript. */
export function timeline(events: readonly StoredEvent[]): Html {
  return html`<ol class="timeline">
    ${events.filter(saysSomething).map(
      (event) =>
        html`<li class="${event.type.replace('.', '-')}">
          <time datetime="${event.at.toISOString()}" title="${stamp(event.at)} UTC">${stamp(event.at).slice(11)}</time>
          <span>${eventWords(event)}</span>
        </li>`,
    )}
  </ol>`;
}

/** That a gate waits for its turn is nobody's news. */
function saysSomething({ type, data }: StoredEvent): boolean {
  return type !== 'gate.changed' || data['state'] !== 'queued';
}
