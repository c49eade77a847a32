import { randomUUID } from 'node:crypto';
import { change } from '../store/events.ts';
import { createTask, latestTaskOf } from '../store/tasks.ts';
import type { Command } from './command.ts';
import { busy, DEFAULT_PRIORITY, placeOf } from './run.ts';

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
      const creation = await createTask(tx, {
        id: randomUUID(),
        cause: context.cause,
        ...placeOf(context, last),
        purpose: 'gates',
        agentType: last.agentType,
        profile: last.profile,
        priority: DEFAULT_PRIORITY,
        instruction: null,
        requestedBy: { login: context.sender.login, id: context.sender.id },
      });
      return 'busy' in creation ? busy(tx, creation.busy, context) : { ok: true, reply: null };
    });
  },
};
