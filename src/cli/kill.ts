import type { Command } from 'commander';
import { agentPath, Asked, isOver, lastWord, readStatus, type Status } from './agents.ts';
import { answer, asking, withReason, withWait, type Answer, type AskOptions } from './answer.ts';
import { EXIT } from './exit.ts';
import type { Api } from './api.ts';
import { waitFor, withProgress } from './progress.ts';
import { orNull } from './server.ts';
import { cancelTask } from './task.ts';

type Options = AskOptions & { readonly reason?: string; readonly wait: number };

/** Seconds. The server itself goes after a sandbox after five. */
const WAIT_SECONDS = 30;

export function killCommand(): Command {
  return withWait(
    withReason(asking('kill', 'stops an agent at once, and waits for the confirmation that nothing of it is left')),
    WAIT_SECONDS,
  )
    .argument('<agent>', 'its id, as `signalbox status` shows it, or that of its task')
    .action((id: string, options: Options) => answer(options, (api) => kill(api, id, options)));
}

async function kill(api: Api, id: string, { reason, wait }: Options): Promise<Answer> {
  const asked = await orNull(api.call('POST', agentPath(id, 'kill'), Asked, reason === undefined ? {} : { reason }));
  if (asked) return untilStopped(api, { agentId: id, message: asked.message }, wait);
  const task = await cancelTask(api, id, reason);
  if (task.agentId !== null) return untilStopped(api, { agentId: task.agentId, message: task.message }, wait);
  // Nobody had begun it, and so it is over.
  return { json: task, text: `${task.taskId}: ${task.message}` };
}

async function untilStopped(
  api: Api,
  { agentId, message }: { readonly agentId: string; readonly message: string },
  wait: number,
): Promise<Answer> {
  const settled = await withProgress(`${agentId}: stop requested, not yet confirmed`, settledKill(api, agentId, wait));
  const json = settled ?? (await readStatus(api, agentId));
  if (settled?.killConfirmedAt) return { json, text: `${agentId} is stopped. ${confirmation(settled)}` };
  // It ended before anybody asked.
  if (settled && !settled.killRequestedAt) return { json, text: `${agentId}: ${message}` };
  const known = await lastWord(api, agentId);
  return { json, text: `${agentId}: stop requested, not yet confirmed.${known ? ` ${known}` : ''}`, exit: EXIT.unconfirmed };
}

/** null: it is not over after `seconds`. One that is over without a confirmation gets it when its machine is back, which may be never. */
export function settledKill(api: Api, agentId: string, seconds: number): Promise<Status | null> {
  return waitFor(seconds, async () => {
    const status = await readStatus(api, agentId);
    return isOver(status) ? status : null;
  });
}

function confirmation({ killRequestedAt, killConfirmedAt }: Status): string {
  return `Confirmed ${((killConfirmedAt!.getTime() - killRequestedAt!.getTime()) / 1000).toFixed(1)} s after it was asked for.`;
}
