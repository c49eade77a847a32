import type { Command } from 'commander';
import { z } from 'zod';
import { answer, asking, wholeNumber, type AskOptions } from './answer.ts';
import { Event, eventLine } from './events.ts';

interface Options extends AskOptions {
  readonly actor?: string;
  readonly repository?: string;
  readonly type?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
  readonly cursor?: string;
}

const Page = z.looseObject({ events: z.array(Event), next: z.string().nullable() });

export function auditCommand(): Command {
  return asking('audit', 'who asked for what, by which way, what was decided and why; newest first')
    .option('--actor <name>', 'only what this one did, exactly as the log has the name')
    .option('--repository <name>', 'only of this repository')
    .option('--type <type...>', 'only of these types')
    .option('--since <time>', 'only from this time on, as 2026-01-31T12:00:00Z')
    .option('--until <time>', 'only before this time')
    .option('--limit <number>', 'how many', wholeNumber, 50)
    .option('--cursor <next>', 'those after a page')
    .action(({ url, json, type, limit, ...rest }: Options) =>
      answer({ ...(url ? { url } : {}), ...(json ? { json } : {}) }, async (api) => {
        const query = new URLSearchParams({ ...rest, ...(type ? { type: type.join(',') } : {}), limit: String(limit) });
        const page = await api.call('GET', `/audit?${query.toString()}`, Page);
        const more = page.next === null ? [] : [`There are more: --cursor ${page.next}`];
        return {
          json: page,
          text: page.events.length === 0 ? 'There is nothing of that.' : [...page.events.map(eventLine), ...more].join('\n'),
        };
      }),
    );
}
