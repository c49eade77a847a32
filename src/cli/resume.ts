import type { Command } from 'commander';
import { asking, withReason } from './answer.ts';
import { setHalt, type HaltOptions } from './halt.ts';

export function resumeCommand(): Command {
  return withReason(asking('resume', 'lifts a halt: what waited starts')).action((options: HaltOptions) => setHalt('/resume', options));
}
