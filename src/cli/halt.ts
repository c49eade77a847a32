import type { Command } from 'commander';
import { z } from 'zod';
import { answer, asking, withReason, type AskOptions } from './answer.ts';

export type HaltOptions = AskOptions & { readonly reason?: string };

const Halt = z.looseObject({ halted: z.boolean(), message: z.string() });

export function haltCommand(): Command {
  return withReason(asking('halt', 'nothing new starts until `signalbox resume`; what is at work goes on')).action((options: HaltOptions) =>
    setHalt('/halt', options),
  );
}

export function setHalt(path: '/halt' | '/resume', options: HaltOptions): Promise<void> {
  return answer(options, async (api) => {
    const json = await api.call('POST', path, Halt, options.reason === undefined ? {} : { reason: options.reason });
    return { json, text: json.message };
  });
}
