import { html } from 'hono/html';
import { z } from 'zod';
import { change } from '../../store/events.ts';
import { editTask } from '../../store/task-edits.ts';
import type { TaskRow } from '../../store/task-rows.ts';
import type { Action } from './action.ts';
import { taskNamed } from './named.ts';

const PRIORITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const Form = z.object({ priority: z.coerce.number().int().min(1).max(10) });

export const priority: Action<TaskRow, z.infer<typeof Form>> = {
  name: 'priority',
  role: 'operator',
  verb: 'Change it',
  danger: false,
  asksWhy: false,
  form: Form,
  async ask(_, task) {
    return {
      title: 'Change the priority?',
      words: html`${taskNamed(task)}
        <p>What has the lower number begins first. Nothing that is at work stops for it.</p>`,
      fields: html`<label
        >Priority
        <select name="priority">
          ${PRIORITIES.map((value) => html`<option ${value === task.priority ? 'selected' : ''}>${value}</option>`)}
        </select>
      </label>`,
    };
  },
  async perform({ db }, { id }, { actor }, form) {
    return { notice: (await change(db, (tx) => editTask(tx, id, form, actor))) ? 'priority-set' : 'not-waiting' };
  },
};
