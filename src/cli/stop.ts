import type { Command } from 'commander';
import { agentPath, Asked, isOver, lastWord, readStatus } from './agents.ts';
import { answer, asking, withReason, withWait, type Answer, type AskOptions } from './answer.ts';
import { EXIT } from './exit.ts';
import type { Api } from './api.ts';
import { settledKill } from './kill.ts';
import { withProgress } from './progress.ts';
import { cancelTask, findTask } from './task.ts';

type Options = AskOptions & { readonly reason?: string; readonly wait: number };

/** Seconds. What an agent has is published within a minute. */
const WAIT_SECONDS = 90;

export function stopCommand(): Command {
  return withWait(withReason(asking('stop', 'asks an agent to wrap up: what it has is published as a draft')), WAIT_SECONDS)
    .argument('<agent>', 'its id, as `signalbox status` shows it, or that of its task')
    .action((id: string, options: Options) => answer(options, (api) => stop(api, id, options)));
}

async function stop(api: Api, id: string, { reason, wait }: Options): Promise<Answer> {
  const { taskId, agentId } = await findTask(api, id);
  if (agentId === null) {
    // There is nothing that it could wrap up.
    const task = await cancelTask(api, taskId, reason);
    return { json: task, text: `${taskId}: ${task.message}` };
  }
  const asked = await api.call('POST', agentPath(agentId, 'stop'), Asked, reason === undefined ? {} : { reason });
  if (isOver(asked)) return { json: await readStatus(api, agentId), text: `${agentId}: ${asked.message}` };
  const settled = await withProgress(`${agentId} is wrapping up`, settledKill(api, agentId, wait));
  const json = settled ?? (await readStatus(api, agentId));
  if (!settled) return { json, text: `${agentId}: ${asked.message} It is not over yet.`, exit: EXIT.unconfirmed };
  return { json, text: `${agentId} has ended. ${(await lastWord(api, agentId)) ?? ''}`.trimEnd() };
}
