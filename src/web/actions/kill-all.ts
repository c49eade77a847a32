import { html } from 'hono/html';
import { z } from 'zod';
import type { Place } from '../../store/scope.ts';
import { liveTaskRows } from '../../store/task-rows.ts';
import { killAll as killAllTasks } from '../../tasks/kill-all.ts';
import { counted } from '../words.ts';
import { requestIn, type Action } from './action.ts';
import { tasksNamed } from './named.ts';

/** Of one repository, or of this instance. */
function killAllOf(roles: Pick<Action<null>, 'role' | 'roleOfPeople'>): Action<Place | null> {
  return {
    name: 'kill-all',
    ...roles,
    verb: 'Kill them all',
    danger: true,
    asksWhy: true,
    form: z.object({}),
    async ask({ db }, of) {
      const rows = await liveTaskRows(db, of === null ? 'everything' : [of]);
      const where = of === null ? 'of every repository' : `of ${of.repository}`;
      return {
        title: `Kill all agents ${where}?`,
        words: html`<p>
            ${counted(rows.length, 'task')} end at once, at work or waiting. Work that was not published is lost; what is on the forge stays
            there.
          </p>
          ${tasksNamed(rows)}`,
      };
    },
    async perform({ db }, of, asking) {
      const { killed, requested } = await killAllTasks(db, of, requestIn(asking));
      return { notice: killed.length + requested.length === 0 ? 'none-live' : 'all-requested' };
    },
  };
}

export const killAll: Action<null> = killAllOf({ role: 'admin' });
/** As `/agent kill-all`, which takes maintain access. */
export const killAllThere: Action<Place> = killAllOf({ role: 'operator', roleOfPeople: 'admin' });
