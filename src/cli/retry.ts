import type { Command } from 'commander';
import { answer, asking, type AskOptions } from './answer.ts';
import { findTask, Task, taskPath, taskText } from './task.ts';

export function retryCommand(): Command {
  return asking('retry', 'asks for the same work again, on the same branch if it has one')
    .argument('<task>', 'its id, or that of its agent')
    .argument('[what...]', 'what to do differently')
    .action((id: string, what: readonly string[], options: AskOptions) =>
      answer(options, async (api) => {
        const { taskId } = await findTask(api, id);
        const task = await api.call('POST', taskPath(taskId, '/retry'), Task, what.length > 0 ? { instruction: what.join(' ') } : {});
        return { json: task, text: taskText(task) };
      }),
    );
}
