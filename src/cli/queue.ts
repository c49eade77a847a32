import { Command } from 'commander';
import { z } from 'zod';
import { answer, asking, withReason, type AskOptions } from './answer.ts';

type Options = AskOptions & { readonly reason?: string };

export const Stats = z.looseObject({
  kind: z.string(),
  waiting: z.number(),
  active: z.number(),
  paused: z.boolean(),
  halted: z.boolean(),
  tasks: z.object({ pending: z.number(), dispatched: z.number(), running: z.number() }),
});
export type Stats = z.infer<typeof Stats>;
const Changed = Stats.extend({ message: z.string() });

export function queueCommand(): Command {
  const queue = new Command('queue').description('what waits for a worker');
  queue.addCommand(
    asking('stats', 'how much waits and how much is at work').action((options: Options) =>
      answer(options, async (api) => {
        const json = await api.call('GET', '/queue/stats', Stats);
        return { json, text: queueText(json) };
      }),
    ),
  );
  queue.addCommand(
    withReason(asking('pause', 'workers take nothing more; what is at work goes on')).action((options: Options) =>
      change('/queue/pause', options),
    ),
  );
  queue.addCommand(withReason(asking('resume', 'workers take what waits')).action((options: Options) => change('/queue/resume', options)));
  return queue;
}

function change(path: string, options: Options): Promise<void> {
  return answer(options, async (api) => {
    const json = await api.call('POST', path, Changed, options.reason === undefined ? {} : { reason: options.reason });
    return { json, text: json.message };
  });
}

export function queueText({ tasks, kind, paused, halted }: Stats): string {
  const state = [paused ? 'paused' : '', halted ? 'halted' : ''].filter(Boolean).join(', ');
  return `${tasks.running} at work, ${tasks.dispatched} in the queue (${kind}), ${tasks.pending} waiting for room${state === '' ? '' : ` · ${state}`}`;
}
