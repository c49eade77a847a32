import type { Command } from 'commander';
import { z } from 'zod';
import { answerInTurn, asking, wholeNumber, type AskOptions } from './answer.ts';
import { EXIT } from './exit.ts';
import type { Api } from './api.ts';
import { nameOf } from './task.ts';

interface Options extends AskOptions {
  readonly follow?: boolean;
  readonly task?: string;
  readonly agent?: string;
  readonly repository?: string;
  readonly type?: readonly string[];
  readonly after?: number;
  readonly limit: number;
}

export const Event = z.looseObject({
  sequence: z.number(),
  time: z.string(),
  type: z.string(),
  repository: z.string().nullable(),
  number: z.number().nullable(),
  actor: z.string().nullable(),
  data: z.looseObject({}),
});
type Event = z.infer<typeof Event>;
const Page = z.looseObject({ events: z.array(Event), next: z.number() });

export function eventsCommand(): Command {
  return asking('events', 'what happened, newest last; as JSON one event a line')
    .option('-f, --follow', 'go on with what happens')
    .option('--task <id>', 'only of this task')
    .option('--agent <id>', 'only of this agent')
    .option('--repository <name>', 'only of this repository')
    .option('--type <type...>', 'only of these types')
    .option('--after <number>', 'only after this sequence number', wholeNumber)
    .option('--limit <number>', 'how many at first', wholeNumber, 20)
    .action((options: Options) => answerInTurn(options, (api, say) => tell(options, api, say)));
}

async function tell(options: Options, api: Api, say: (json: unknown, text: string) => void): Promise<number> {
  const filter = filterOf(options);
  const first = new URLSearchParams({
    ...filter,
    limit: String(options.limit),
    ...(options.after === undefined ? {} : { after: String(options.after) }),
  });
  const page = await api.call('GET', `/agents/events/recent?${first.toString()}`, Page);
  for (const event of page.events) say(event, eventLine(event));
  if (!options.follow) return EXIT.done;
  for await (const { data } of api.follow(`/agents/events?${new URLSearchParams(filter).toString()}`, page.next)) {
    const event = Event.parse(data);
    say(event, eventLine(event));
  }
  return EXIT.done;
}

function filterOf({ task, agent, repository, type }: Options): Record<string, string> {
  const wish = { taskId: task, agentId: agent, repository, type: type?.join(',') };
  return Object.fromEntries(Object.entries(wish).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export function eventLine({ sequence, time, type, repository, number, actor, data }: Event): string {
  const about = repository === null ? '' : `  ${nameOf({ repository, number })}`;
  const details = Object.entries(data).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  const said = details.map(([name, value]) => `${name}=${String(value).replace(/\s+/g, ' ').slice(0, 120)}`).join(' ');
  return `${sequence}  ${time}  ${type}${about}${actor === null ? '' : `  by ${actor}`}${said === '' ? '' : `  ${said}`}`;
}
