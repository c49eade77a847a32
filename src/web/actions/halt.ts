import { html } from 'hono/html';
import { z } from 'zod';
import { change } from '../../store/events.ts';
import { halt as writeHalt, liftHalt as removeHalt } from '../../store/facts.ts';
import { liveTaskCounts } from '../../store/overview.ts';
import { counted } from '../words.ts';
import { requestIn, type Action } from './action.ts';

export const halt: Action<null> = {
  name: 'halt',
  role: 'admin',
  verb: 'Halt',
  danger: true,
  asksWhy: true,
  form: z.object({}),
  async ask({ db }) {
    const { pending, dispatched, running } = await liveTaskCounts(db, 'everything');
    return {
      title: 'Halt this Signalbox?',
      words: html`<p>
        Nothing new starts, in any repository, until somebody lifts the halt; restarts do not lift it.
        ${counted(pending + dispatched, 'task waits', 'tasks wait')} and will go on waiting.
        ${running === 0 ? 'No agent is at work.' : `${counted(running, 'agent')} at work will go on: kill them to stop them.`}
      </p>`,
    };
  },
  async perform({ db }, _, asking) {
    return { notice: (await change(db, (tx) => writeHalt(tx, requestIn(asking)))) ? 'halted' : 'halted-before' };
  },
};

export const liftHalt: Action<null> = {
  name: 'lift-halt',
  role: 'admin',
  verb: 'Lift the halt',
  danger: false,
  asksWhy: true,
  form: z.object({}),
  async ask({ db }) {
    const { pending, dispatched } = await liveTaskCounts(db, 'everything');
    return {
      title: 'Lift the halt?',
      words: html`<p>What waits starts, as far as there is room: ${counted(pending + dispatched, 'task')}.</p>`,
    };
  },
  async perform({ db }, _, asking) {
    return { notice: (await change(db, (tx) => removeHalt(tx, requestIn(asking)))) ? 'halt-lifted' : 'not-halted' };
  },
};
