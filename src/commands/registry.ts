import { check } from './check.ts';
import type { Command } from './command.ts';
import { helpOf } from './help.ts';
import { killAll } from './kill-all.ts';
import { kill } from './kill.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';

const OTHERS: readonly Command[] = [run, status, stop, kill, killAll, retry, check];

/** Every command, in the order in which the help names them. */
export const COMMANDS: readonly Command[] = [...OTHERS, helpOf(OTHERS)];

export function findCommand(name: string): Command | null {
  return COMMANDS.find((command) => command.name === name) ?? null;
}
