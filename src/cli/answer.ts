import { Command, InvalidArgumentError } from 'commander';
import { styleText } from 'node:util';
import { SignalboxError } from '../errors.ts';
import { openApi, type Api } from './api.ts';
import { EXIT } from './exit.ts';
import { printable } from './printable.ts';
import { problemJson } from './problems.ts';

export interface AskOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** What a subcommand came to: for programs, for people, and for scripts. */
export interface Answer {
  readonly json: unknown;
  readonly text: string;
  readonly exit?: number;
}

/** A subcommand with the options that all of them have. */
export function asking(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--url <url>', 'the server’s address; by default PUBLIC_URL with API_TOKEN, and otherwise this machine')
    .option('--json', 'the answer as JSON, for programs');
}

export function withReason(command: Command): Command {
  return command.option('--reason <why>', 'for the audit log, and for the people on the issue');
}

export function withWait(command: Command, seconds: number): Command {
  return command.option('--wait <seconds>', 'how long to wait for the confirmation', wholeNumber, seconds);
}

/** Asks, prints the answer, and sets the exit code. */
export function answer(options: AskOptions, ask: (api: Api) => Promise<Answer>): Promise<void> {
  return asked(options, async (api) => {
    const { json, text, exit = EXIT.done } = await ask(api);
    console.log(options.json ? JSON.stringify(json, null, 2) : painted(printable(text)));
    return exit;
  });
}

/** Prints one thing after another, as JSON one a line, until `tell` has told everything; its answer is the exit code. */
export function answerInTurn(
  options: AskOptions,
  tell: (api: Api, say: (json: unknown, text: string) => void) => Promise<number>,
): Promise<void> {
  // Whoever reads only the beginning, as `head` does, has seen enough.
  process.stdout.once('error', () => process.exit());
  return asked(options, (api) => tell(api, (json, text) => console.log(options.json ? JSON.stringify(json) : painted(printable(text)))));
}

async function asked(options: AskOptions, ask: (api: Api) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await ask(await openApi(options));
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    const { code, message, nextStep } = error;
    if (options.json) console.log(JSON.stringify(problemJson(error), null, 2));
    else console.error(printable(`${message}\n\n${nextStep}`));
    process.exitCode = code === 'cli.unreachable' ? EXIT.unreachable : EXIT.refused;
  }
}

/** States are words between two columns; a terminal shows them in colours, unless NO_COLOR is set. */
function painted(text: string): string {
  return text.replace(
    /(?<= {2})(?:[a-z]+(?:, not(?: yet)? confirmed)?|wrapping up|stop requested, not yet confirmed)(?= {2}|$)/gm,
    (word) => {
      const colour = COLOURS.find(([pattern]) => pattern.test(word))?.[1];
      return colour ? styleText(colour, word, { stream: process.stdout }) : word;
    },
  );
}

const COLOURS: readonly (readonly [RegExp, 'green' | 'red' | 'yellow' | 'cyan'])[] = [
  [/^completed$/, 'green'],
  [/^failed$/, 'red'],
  [/^(killed|stop requested|wrapping up)/, 'yellow'],
  [/^(running|spawning|dispatched|pending)$/, 'cyan'],
];

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number is wanted.');
  return Number(text);
}
