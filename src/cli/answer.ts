import { Command, InvalidArgumentError } from 'commander';
import { SignalboxError } from '../errors.ts';
import { openApi, type Api } from './api.ts';

/** Exit codes of everything that asks a server. */
export const EXIT = { done: 0, refused: 1, unconfirmed: 2, unreachable: 3 } as const;

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
  return command.option('--wait <seconds>', 'how long to wait for the confirmation', wholeSeconds, seconds);
}

/** Asks, prints the answer, and sets the exit code. */
export async function answer(options: AskOptions, ask: (api: Api) => Promise<Answer>): Promise<void> {
  try {
    const { json, text, exit = EXIT.done } = await ask(await openApi(options));
    console.log(options.json ? JSON.stringify(json, null, 2) : printable(text));
    process.exitCode = exit;
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    const { code, message, nextStep } = error;
    if (options.json) console.log(JSON.stringify({ error: { code, message, nextStep } }, null, 2));
    else console.error(printable(`${message}\n\n${nextStep}`));
    process.exitCode = code === 'cli.unreachable' ? EXIT.unreachable : EXIT.refused;
  }
}

/** What others wrote must not move the terminal's cursor. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, ' ');
}

function wholeSeconds(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('A whole number of seconds is wanted.');
  return Number(text);
}
