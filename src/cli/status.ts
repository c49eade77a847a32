import type { Command } from 'commander';
import { z } from 'zod';
import { isOver, lastWord, Listed, readStatus, type Status } from './agents.ts';
import { answer, asking, type Answer, type AskOptions } from './answer.ts';
import type { Api } from './api.ts';
import { nameOf } from './task.ts';
import { queueText, Stats } from './queue.ts';

const List = z.looseObject({ agents: z.array(Listed) });
/** A screen holds no more; --json has all. */
const SHOWN_OVER = 10;

export function statusCommand(): Command {
  return asking('status', 'which agents are at work and which ended lately, or where one stands')
    .argument('[agent]', 'its id')
    .action((agentId: string | undefined, options: AskOptions) =>
      answer(options, (api) => (agentId === undefined ? all(api) : one(api, agentId))),
    );
}

async function all(api: Api): Promise<Answer> {
  const [{ agents }, queue] = [await api.call('GET', '/agents', List), await api.call('GET', '/queue/stats', Stats)];
  const shown = [...agents.filter((agent) => !isOver(agent)), ...agents.filter(isOver).slice(0, SHOWN_OVER)];
  return {
    json: { agents, queue },
    text: [queueText(queue), ...(shown.length === 0 ? ['No agent has been at work yet.'] : shown.map(lineOf))].join('\n'),
  };
}

async function one(api: Api, agentId: string): Promise<Answer> {
  const status = await readStatus(api, agentId);
  const word = isOver(status) || status.killRequestedAt ? await lastWord(api, agentId) : null;
  return { json: status, text: [`${status.agentId}  ${wordOf(status)}`, ...(word ? [word] : [])].join('\n') };
}

function lineOf(agent: Listed): string {
  const step = isOver(agent) || !agent.step ? '' : `  ${agent.step}`;
  return `${agent.agentId}  ${wordOf(agent).padEnd(32)}  ${nameOf(agent)}${step}`;
}

function wordOf({ status, killRequestedAt, stopRequestedAt, killConfirmedAt }: Status): string {
  if (status === 'killed') return killConfirmedAt ? 'killed' : 'killed, not confirmed';
  if (isOver({ status })) return status;
  if (killRequestedAt) return 'stop requested, not yet confirmed';
  return stopRequestedAt ? 'wrapping up' : status;
}
