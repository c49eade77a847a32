import { randomUUID } from 'node:crypto';
import { change } from '../store/events.ts';
import { createTask, latestTaskOf } from '../store/tasks.ts';
import type { Command } from './command.ts';
import { busy, placeOf } from './run.ts';

export const retry: Command = {
  name: 'retry',
  usage: 'retry [what to do differently]',
  summary: 'Repeats the last task with the same settings, on the same branch if it has one.',
  permission: 'write',
  async run(context, { args, text }) {
    const addition = [args.join(' '), text].filter((part) => part !== '').join('\n\n');
    return change(context.db, async (tx) => {
      const last = await latestTaskOf(tx, context.subject, 'work');
      if (!last) return { ok: false, reply: 'There is nothing to retry here yet. Start an agent with `/agent run`.' };
      const instruction = [last.instruction, addition].filter((part) => part !== null && part !== '').join('\n\n');
      const creation = await createTask(tx, {
        id: randomUUID(),
        cause: context.cause,
        ...placeOf(context, last),
        purpose: 'work',
        agentType: last.agentType,
        profile: last.profile,
        priority: last.priority,
        instruction: instruction === '' ? null : instruction,
        requestedBy: { login: context.sender.login, id: context.sender.id },
      });
      if ('busy' in creation) return busy(tx, creation.busy, context);
      return { ok: true, reply: null };
    });
  },
};
