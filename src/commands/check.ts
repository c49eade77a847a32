import { change } from '../store/events.ts';
import { latestTaskOf } from '../store/tasks.ts';
import { runGatesAgain } from '../tasks/start-work.ts';
import type { Command } from './command.ts';
import { answerTo, askingOf } from './run.ts';

export const check: Command = {
  name: 'check',
  usage: 'check',
  summary: 'Runs the gates again on what the agent has published, without the agent.',
  permission: 'write',
  async run(context) {
    return change(context.db, async (tx) => {
      const last = await latestTaskOf(tx, context.subject);
      if (!last?.pullRequest)
        return { ok: false, reply: 'There is no pull request of an agent here whose gates could run. Start one with `/agent run`.' };
      return answerTo(tx, await runGatesAgain(tx, askingOf(context), last), context);
    });
  },
};
