import { html } from 'hono/html';
import { isTerminal, type TaskState } from '../../domain/task.ts';
import type { Place } from '../../store/scope.ts';
import { taskAddress } from '../addresses.ts';
import { mayIn, type Visitor } from '../session/visitor.ts';
import type { Html } from './html.ts';

interface Stoppable {
  readonly id: string;
  readonly state: TaskState;
  readonly purpose: 'work' | 'gates';
  readonly killRequestedAt: Date | null;
  readonly stopRequestedAt: Date | null;
}

/**
 * What may be asked for a task now, by this visitor. Each leads to a page that names what will happen; the script shows that
 * page as a dialog.
 */
export function taskActions(task: Stoppable & Place, visitor: Visitor, about: string): Html {
  const names = mayIn(task, visitor, 'operator') ? actionsOf(task) : [];
  return html`<span class="actions"
    >${names.map(
      (name) =>
        html`<a class="button ${name === 'kill' ? 'danger' : ''}" data-dialog href="${taskAddress(task.id)}/${name}"
          >${LABELS[name]}<span class="unseen"> ${about}</span></a
        >`,
    )}</span
  >`;
}

export type TaskAction = 'kill' | 'stop' | 'retry' | 'priority';

const LABELS: Readonly<Record<TaskAction, string>> = { kill: 'Kill…', stop: 'Stop…', retry: 'Retry…', priority: 'Priority…' };

/** Pure. */
export function actionsOf({ state, purpose, killRequestedAt, stopRequestedAt }: Stoppable): TaskAction[] {
  if (isTerminal(state)) return purpose === 'work' ? ['retry'] : [];
  if (killRequestedAt) return [];
  if (state !== 'running') return [...(state === 'pending' ? (['priority'] as const) : []), 'kill'];
  return stopRequestedAt || purpose === 'gates' ? ['kill'] : ['stop', 'kill'];
}
