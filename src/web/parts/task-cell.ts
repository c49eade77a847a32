import { html } from 'hono/html';
import { isOnForge, nameOf as placeNamed } from '../../domain/task.ts';
import type { TaskRow } from '../../store/task-rows.ts';
import { repositoryAddress, taskAddress } from '../addresses.ts';
import type { Html } from './html.ts';

/** What a task is about, as the first words of its row. */
export function taskCell(task: TaskRow): Html {
  return html`<a class="subject" href="${taskAddress(task.id)}">${nameOf(task)}</a>
    <span class="about">
      <a href="${repositoryAddress(task)}">${task.repository}</a>${isOnForge(task) ? `#${task.number}` : ''} · ${kindOf(task)} · asked by
      ${task.requestedBy}
    </span>`;
}

/** The title where a worker has read it already. */
export function nameOf({ title, repository, number }: Pick<TaskRow, 'title' | 'repository' | 'number'>): string {
  return title ?? placeNamed({ repository, number });
}

export function kindOf({ purpose, agentType }: Pick<TaskRow, 'purpose' | 'agentType'>): string {
  return purpose === 'gates' ? 'gates alone' : agentType;
}
