import { html } from 'hono/html';
import { nameOf as placeNamed } from '../../domain/task.ts';
import type { TaskRow } from '../../store/task-rows.ts';
import type { Html } from '../parts/html.ts';
import { standingOf } from '../parts/state.ts';
import { kindOf, nameOf } from '../parts/task-cell.ts';
import { counted, money, span } from '../words.ts';

/** A task as a question names it: nobody should stop another one than they mean. */
export function taskNamed(task: TaskRow): Html {
  return html`<p class="named">
    <strong>${nameOf(task)}</strong>
    <span class="about">${placeNamed(task)} · ${kindOf(task)} · asked by ${task.requestedBy} · ${stateOf(task)}</span>
  </p>`;
}

const NAMED = 12;

/** Several, so many of them by name. */
export function tasksNamed(tasks: readonly TaskRow[]): Html {
  return html`<ul class="named">
    ${tasks.slice(0, NAMED).map((task) => html`<li>${taskNamed(task)}</li>`)}
    ${tasks.length > NAMED ? html`<li>and ${counted(tasks.length - NAMED, 'more', 'more')}</li>` : ''}
  </ul>`;
}

function stateOf(task: TaskRow): string {
  const { words } = standingOf(task);
  if (task.state !== 'running' || !task.spawnedAt) return words;
  const cost = task.usage ? `, ${money(task.usage.costUsd)} spent` : '';
  return `${words} for ${span(Date.now() - task.spawnedAt.getTime())}${cost}`;
}
