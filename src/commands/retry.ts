import { change } from '../store/events.ts';
import { latestTaskOf } from '../store/tasks.ts';
import { repeatTask } from '../tasks/start-work.ts';
import type { Command } from './command.ts';
import { answerTo, askingOf } from './run.ts';

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
      return answerTo(tx, await repeatTask(tx, askingOf(context), last, addition), context);
    });
  },
};
