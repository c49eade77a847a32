import { latestTaskOf, liveTaskOf } from '../store/tasks.ts';
import { killTask } from '../tasks/kill.ts';
import type { Command } from './command.ts';

const ROUTES: Readonly<Record<string, string>> = { label: 'the label was removed', close: 'it was closed' };

export const kill: Command = {
  name: 'kill',
  usage: 'kill [why]',
  summary: 'Stops the agent at once and throws away what it has not published.',
  permission: 'write',
  async run(context, { args }) {
    const task = await liveTaskOf(context.db, context.subject);
    const unasked = context.route in ROUTES;
    if (!task) {
      if (unasked) return { ok: true, reply: null };
      const last = await latestTaskOf(context.db, context.subject);
      return {
        ok: false,
        reply: last ? `No agent is at work here: the last one is already over (${last.state}).` : 'No agent has been at work here.',
      };
    }
    const reason = ROUTES[context.route] ?? (args.join(' ') || 'no reason given');
    await killTask(context.db, task.id, { actor: context.sender.login, route: context.route, reason });
    return { ok: true, reply: null };
  },
};
