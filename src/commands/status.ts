import { renderStatus } from '../report/status-text.ts';
import { viewOf } from '../report/view.ts';
import { latestTaskOf } from '../store/tasks.ts';
import type { Command } from './command.ts';

export const status: Command = {
  name: 'status',
  usage: 'status',
  summary: 'Says where the agent stands.',
  permission: 'write',
  async run(context) {
    const task = await latestTaskOf(context.db, context.subject);
    if (!task) return { ok: true, reply: 'No agent has been at work here. Start one with `/agent run`.' };
    return { ok: true, reply: renderStatus(await viewOf(context.db, task)) };
  },
};
