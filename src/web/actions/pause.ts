import { html } from 'hono/html';
import { z } from 'zod';
import { appendEvent, change } from '../../store/events.ts';
import { requestIn, type Action } from './action.ts';

export const pause: Action<null> = {
  name: 'pause',
  role: 'operator',
  verb: 'Pause the queue',
  danger: false,
  asksWhy: true,
  form: z.object({}),
  async ask({ queue }) {
    const { waiting, active } = await queue.stats();
    return {
      title: 'Pause the queue?',
      words: html`<p>
        Workers take nothing more from it, agents of workers that died among it, until somebody lets it go on; restarts do not. Now
        ${waiting} wait there. What is at work goes on (${active}).
      </p>`,
    };
  },
  async perform({ db, queue }, _, asking) {
    await queue.pause();
    await change(db, (tx) => appendEvent(tx, { type: 'queue.paused', data: { ...requestIn(asking) } }));
    return { notice: 'paused' };
  },
};

export const resume: Action<null> = {
  name: 'resume',
  role: 'operator',
  verb: 'Let it go on',
  danger: false,
  asksWhy: true,
  form: z.object({}),
  async ask({ queue }) {
    const { waiting } = await queue.stats();
    return { title: 'Let the queue go on?', words: html`<p>Workers take what waits there: ${waiting}.</p>` };
  },
  async perform({ db, queue }, _, asking) {
    await queue.resume();
    await change(db, (tx) => appendEvent(tx, { type: 'queue.resumed', data: { ...requestIn(asking) } }));
    return { notice: 'resumed' };
  },
};
