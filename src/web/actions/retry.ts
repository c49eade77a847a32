import { html } from 'hono/html';
import { z } from 'zod';
import type { TaskRow } from '../../store/task-rows.ts';
import { findTask } from '../../store/tasks.ts';
import { askAgain } from '../../tasks/ask-for-work.ts';
import type { Action } from './action.ts';
import { taskNamed } from './named.ts';

const LONGEST_INSTRUCTION = 4000;
const Form = z.object({ instruction: z.string().max(LONGEST_INSTRUCTION).default('') });

export const retry: Action<TaskRow, z.infer<typeof Form>> = {
  name: 'retry',
  role: 'operator',
  verb: 'Start it again',
  danger: false,
  asksWhy: false,
  form: Form,
  async ask(_, task) {
    return {
      title: 'Do this again?',
      words: html`${taskNamed(task)}
        <p>
          A new agent starts with the same settings, and on the branch of this one if it has one. It costs money again, within the same
          limits.
        </p>`,
      fields: html`<label
        >What to do differently <small>(optional; told to the agent)</small>
        <textarea name="instruction" rows="3" maxlength="${LONGEST_INSTRUCTION}"></textarea>
      </label>`,
    };
  },
  async perform({ db }, { id }, { by, origin, once }, { instruction }) {
    const last = await findTask(db, id);
    if (!last) return { notice: 'busy' };
    const made = await askAgain(db, last, { taskId: once, by, origin, instruction: instruction.trim() });
    if ('busy' in made) return { notice: 'busy', task: made.busy.id };
    return { notice: 'repeated', task: 'created' in made ? made.created.id : made.same.id };
  },
};
