import { liveTaskOf } from '../store/tasks.ts';
import { stopTask, type Stopping } from '../tasks/stop.ts';
import type { Command, CommandAnswer } from './command.ts';
import { nobodyAtWork } from './kill.ts';

export const stop: Command = {
  name: 'stop',
  usage: 'stop [why]',
  summary: 'Asks the agent to wrap up: what it has is published as a draft, and `/agent retry` goes on from there.',
  permission: 'write',
  async run(context, { args }) {
    const task = await liveTaskOf(context.db, context.subject);
    if (!task) return nobodyAtWork(context);
    const reason = args.join(' ') || 'no reason given';
    const stopping = await stopTask(context.db, task.id, { actor: context.sender.login, route: context.route, reason });
    return stopping === 'already-over' ? nobodyAtWork(context) : ANSWERS[stopping];
  },
};

/** Where the status comment says it, nothing is added. */
const ANSWERS: Readonly<Record<Exclude<Stopping, 'already-over'>, CommandAnswer>> = {
  requested: { ok: true, reply: null },
  killed: { ok: true, reply: null },
  'asked-before': { ok: true, reply: 'The agent has been asked to wrap up already. `/agent kill` stops it at once.' },
  'being-killed': { ok: true, reply: 'The agent is being stopped at once already.' },
};
