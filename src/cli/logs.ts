import type { Command } from 'commander';
import { z } from 'zod';
import { inputText, storyOf, type StoryPart } from '../report/transcript-story.ts';
import { answerInTurn, asking, type AskOptions } from './answer.ts';
import { EXIT } from './exit.ts';
import type { Api } from './api.ts';
import { findTask, isOver, Task, taskPath, taskText } from './task.ts';

type Options = AskOptions & { readonly follow?: boolean };
type Say = (json: unknown, text: string) => void;

const Steps = z.looseObject({ steps: z.array(z.looseObject({ index: z.number(), step: z.unknown() })), next: z.number() });
const Recent = z.looseObject({ next: z.number() });
/** Lines of a tool's answer; the page of the agent has all of it. */
const SHOWN_LINES = 20;

export function logsCommand(): Command {
  return asking('logs', 'what an agent was told, said and did; as JSON one step a line')
    .argument('<agent>', 'its id, or that of its task')
    .option('-f, --follow', 'go on until it ends; the exit code says how')
    .action((id: string, options: Options) =>
      answerInTurn(options, async (api, say) => tellLog(api, await findTask(api, id), options.follow ?? false, say)),
    );
}

/** Tells the steps of a task's agent, and with `follow` those that come, to its end. 1: it did not complete. */
export async function tellLog(api: Api, task: Task, follow: boolean, say: Say): Promise<number> {
  // The position comes before the look, so that nothing that happens meanwhile is missed.
  const { next: position } = await api.call('GET', '/agents/events/recent?limit=1', Recent);
  let from = await tellSteps(api, task, 0, say);
  if (!follow) return EXIT.done;
  let now = await api.call('GET', taskPath(task.taskId), Task);
  if (!isOver(now)) {
    for await (const _ of api.follow(`/agents/events?taskId=${task.taskId}`, position)) {
      now = await api.call('GET', taskPath(task.taskId), Task);
      from = await tellSteps(api, now, from, say);
      if (isOver(now)) break;
    }
  }
  await tellSteps(api, now, from, say);
  say(now, taskText(now));
  return now.state === 'completed' ? EXIT.done : EXIT.refused;
}

/** Answers with the number of the first step that is not there yet. */
async function tellSteps(api: Api, { agentId }: Task, from: number, say: Say): Promise<number> {
  if (agentId === null) return from;
  for (let next = from; ;) {
    const page = await api.call('GET', `/agents/${agentId}/transcript?from=${next}`, Steps);
    for (const entry of page.steps) {
      const parts = storyOf([entry.step]);
      if (parts.length > 0) say(entry, parts.map(partText).join('\n\n'));
    }
    if (page.steps.length === 0) return page.next;
    next = page.next;
  }
}

function partText(part: StoryPart): string {
  const { title, text, folded } = wordsOf(part);
  const lines = text.trimEnd().split('\n');
  const shown = folded ? lines.slice(0, SHOWN_LINES) : lines;
  const rest = lines.length > shown.length ? [`… ${lines.length - shown.length} more lines`] : [];
  return [`── ${title}`, ...shown, ...rest].join('\n');
}

const TITLES = { rules: 'Rules', task: 'Task', agent: 'Agent', note: 'Signalbox' } as const;

/** Step by step, a call is told before its answer is known. */
function wordsOf(part: StoryPart): { title: string; text: string; folded: boolean } {
  if (part.kind === 'call') return { title: part.tool, text: inputText(part.input), folded: false };
  if (part.kind === 'answer')
    return { title: `${part.tool} ${part.answer.isError ? 'failed' : 'answered'}`, text: part.answer.text, folded: true };
  return { title: TITLES[part.kind], text: part.text, folded: part.kind === 'rules' };
}
