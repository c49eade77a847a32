import type { Command } from 'commander';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { SignalboxError } from '../errors.ts';
import { answer, asking, withReason, withWait, type Answer, type AskOptions } from './answer.ts';
import { EXIT } from './exit.ts';
import type { Api } from './api.ts';
import { settledKill } from './kill.ts';
import { withProgress } from './progress.ts';
import { Stats } from './queue.ts';

type Options = AskOptions & { readonly reason?: string; readonly wait: number; readonly yes?: boolean };

const Killed = z.looseObject({
  message: z.string(),
  total: z.number(),
  killed: z.number(),
  failed: z.number(),
  errors: z.array(z.looseObject({ agentId: z.string().nullable(), message: z.string() })),
});
type Killed = z.infer<typeof Killed>;

const WAIT_SECONDS = 30;

export function killAllCommand(): Command {
  return withWait(withReason(asking('kill-all', 'stops every agent of every repository at once, and what waits to begin')), WAIT_SECONDS)
    .option('--yes', 'without asking')
    .action((options: Options) => answer(options, (api) => killAll(api, options)));
}

async function killAll(api: Api, options: Options): Promise<Answer> {
  if (!options.yes && !(await isMeant(api))) return { json: null, text: 'Nothing was stopped.', exit: EXIT.refused };
  const all = await withProgress('stop requested, not yet confirmed', stopAll(api, options));
  return {
    json: all,
    text: [all.message, ...all.errors.map(({ message }) => `  ${message}`)].join('\n'),
    exit: all.failed === 0 ? EXIT.done : EXIT.unconfirmed,
  };
}

async function stopAll(api: Api, { reason, wait }: Options): Promise<Killed> {
  const begun = Date.now();
  const all = await api.call('POST', '/agents/kill-all', Killed, reason === undefined ? {} : { reason });
  return all.failed === 0 ? all : waitForTheRest(api, all, Math.max(0, wait - (Date.now() - begun) / 1000));
}

/** The server does not wait for ever; whoever asks may wait longer. */
async function waitForTheRest(api: Api, all: Killed, seconds: number): Promise<Killed> {
  const looked = await Promise.all(
    all.errors.map(async (error) => ({
      error,
      confirmed: error.agentId !== null && !!(await settledKill(api, error.agentId, seconds))?.killConfirmedAt,
    })),
  );
  const errors = looked.filter(({ confirmed }) => !confirmed).map(({ error }) => error);
  const failed = errors.length;
  const message =
    failed === 0
      ? `${all.total} stopped, each confirmed.`
      : `${all.total} asked to stop: ${all.total - failed} confirmed, ${failed} not yet.`;
  return { ...all, message, killed: all.total - failed, failed, errors };
}

/** A person on a terminal is asked, and told how many will stop; a script has to say that it means it. */
async function isMeant(api: Api): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new SignalboxError('cli.not-confirmed', 'This stops every agent of every repository, and nobody is here to be asked.', {
      nextStep: 'Say --yes.',
    });
  const { tasks } = await api.call('GET', '/queue/stats', Stats);
  const waiting = tasks.pending + tasks.dispatched;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await terminal.question(
      `This stops ${tasks.running} at work and ${waiting} waiting, in every repository. Stop them? [y/N] `,
    );
    return /^y(es)?$/i.test(said.trim());
  } finally {
    terminal.close();
  }
}
