import { html } from 'hono/html';
import { z } from 'zod';
import type { TaskRow } from '../../store/task-rows.ts';
import { killTask, type Killing } from '../../tasks/kill.ts';
import { taskNamed } from './named.ts';
import type { Notice } from './notices.ts';

const NOTICES: Readonly<Record<Killing, Notice>> = { killed: 'kill-done', requested: 'kill-requested', 'already-over': 'already-over' };
import { requestIn, type Action } from './action.ts';

export const kill: Action<TaskRow> = {
  name: 'kill',
  role: 'operator',
  verb: 'Kill it',
  danger: true,
  asksWhy: true,
  form: z.object({}),
  async ask(_, task) {
    const begun = task.state === 'running';
    return {
      title: begun ? 'Kill this agent?' : 'Take this out of the queue?',
      words: html`${taskNamed(task)}
        <p>
          ${
            begun
              ? 'Its model call, its commands, its sandbox and its workspace end at once, and nothing more is published. Work that was not published is lost.'
              : 'It has not begun, so nothing is lost.'
          }
          What is on the forge already stays there.
        </p>`,
    };
  },
  async perform({ db }, task, asking) {
    const killing = await killTask(db, task.id, requestIn(asking));
    return { notice: NOTICES[killing] };
  },
};
