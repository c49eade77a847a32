import { html } from 'hono/html';
import { z } from 'zod';
import type { TaskRow } from '../../store/task-rows.ts';
import { stopTask, type Stopping } from '../../tasks/stop.ts';
import { requestIn, type Action } from './action.ts';
import { taskNamed } from './named.ts';
import type { Notice } from './notices.ts';

const NOTICES: Readonly<Record<Stopping, Notice>> = {
  requested: 'stop-requested',
  'asked-before': 'stop-before',
  'being-killed': 'being-killed',
  killed: 'kill-done',
  'already-over': 'already-over',
};

export const stop: Action<TaskRow> = {
  name: 'stop',
  role: 'operator',
  verb: 'Ask it to stop',
  danger: false,
  asksWhy: true,
  form: z.object({}),
  async ask(_, task) {
    return {
      title: 'Ask this agent to wrap up?',
      words: html`${taskNamed(task)}
        <p>It finishes what it has in hand. That becomes a draft pull request within a minute, and a retry goes on from there.</p>`,
    };
  },
  async perform({ db }, task, asking) {
    return { notice: NOTICES[await stopTask(db, task.id, requestIn(asking))] };
  },
};
