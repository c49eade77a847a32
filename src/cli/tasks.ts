import { Command, Option } from 'commander';
import { z } from 'zod';
import { TASK_STATES } from '../domain/task.ts';
import { SignalboxError } from '../errors.ts';
import { answer, asking, wholeNumber, withReason, type Answer, type AskOptions } from './answer.ts';
import { EXIT } from './exit.ts';
import type { Api } from './api.ts';
import { cancelTask, findTask, isOver, Task, taskLine, taskPath, taskText } from './task.ts';

interface ListOptions extends AskOptions {
  readonly state?: readonly string[];
  readonly repository?: string;
  readonly limit: number;
  readonly cursor?: string;
}

interface EditOptions extends AskOptions {
  readonly priority?: number;
  readonly turns?: number;
  readonly tokens?: number;
  readonly cost?: number;
  readonly seconds?: number;
}

const List = z.looseObject({ tasks: z.array(Task), next: z.string().nullable() });

/** What there is of work. `signalbox run` makes some. */
export function tasksCommand(): Command {
  const tasks = new Command('tasks').description('what was asked for, and what became of it');
  for (const command of [listCommand(), showCommand(), editCommand(), cancelCommand()]) tasks.addCommand(command);
  return tasks;
}

function listCommand(): Command {
  return asking('list', 'the newest tasks')
    .addOption(new Option('--state <state...>', 'only those in these states').choices(TASK_STATES))
    .option('--repository <name>', 'only those of this repository')
    .option('--limit <number>', 'how many', wholeNumber, 20)
    .option('--cursor <next>', 'those after a page')
    .action((options: ListOptions) => answer(options, (api) => list(api, options)));
}

async function list(api: Api, { state, repository, limit, cursor }: ListOptions): Promise<Answer> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (state) query.set('state', state.join(','));
  if (repository) query.set('repository', repository);
  if (cursor) query.set('cursor', cursor);
  const json = await api.call('GET', `/tasks?${query.toString()}`, List);
  const more = json.next === null ? [] : [`There are more: --cursor ${json.next}`];
  return { json, text: json.tasks.length === 0 ? 'There is no such task.' : [...json.tasks.map(taskLine), ...more].join('\n') };
}

function showCommand(): Command {
  return asking('show', 'one task, with its gates as JSON')
    .argument('<task>', 'its id, or that of its agent')
    .action((id: string, options: AskOptions) =>
      answer(options, async (api) => {
        const json = await findTask(api, id);
        return { json, text: taskText(json) };
      }),
    );
}

function editCommand(): Command {
  return asking('edit', 'changes a task that waits')
    .argument('<task>', 'its id')
    .option('--priority <number>', 'from 1, which is taken first, to 10', wholeNumber)
    .option('--turns <number>', 'at most so many model calls', wholeNumber)
    .option('--tokens <number>', 'at most so many tokens', wholeNumber)
    .option('--cost <dollars>', 'at most so much money', Number)
    .option('--seconds <number>', 'at most so much time', wholeNumber)
    .action((id: string, options: EditOptions) => answer(options, (api) => edit(api, id, options)));
}

async function edit(api: Api, id: string, { priority, turns, tokens, cost: costUsd, seconds: wallSeconds }: EditOptions): Promise<Answer> {
  const asked = { turns, tokens, costUsd, wallSeconds };
  const limits = Object.values(asked).some((value) => value !== undefined) ? asked : undefined;
  if (priority === undefined && !limits)
    throw new SignalboxError('cli.nothing-asked', 'Nothing was said that is to change.', { nextStep: 'Say --priority, or a limit.' });
  const json = await api.call('PATCH', taskPath(id), Task, { priority, limits });
  return { json, text: taskText(json) };
}

function cancelCommand(): Command {
  return withReason(asking('cancel', 'stops a task: what waits is over at once, and what is at work is killed'))
    .argument('<task>', 'its id')
    .action((id: string, options: AskOptions & { readonly reason?: string }) =>
      answer(options, async (api) => {
        const json = await cancelTask(api, id, options.reason);
        return { json, text: `${json.taskId}: ${json.message}`, exit: isOver(json) ? EXIT.done : EXIT.unconfirmed };
      }),
    );
}
