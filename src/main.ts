#!/usr/bin/env node
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { doctor } from './cli/doctor.ts';
import { demo } from './cli/demo.ts';
import { serve } from './cli/serve.ts';
import { compose, doctorProbes } from './compose.ts';
import { SignalboxError } from './errors.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

const program = new Command('signalbox')
  .description('Runs coding agents on issues of GitHub, and opens pull requests whose checks show every gate.')
  .showHelpAfterError();
program
  .command('serve')
  .description('webhooks, pages and agents in one process')
  .action(() => serve(compose, ['server', 'worker']));
program
  .command('server')
  .description('webhooks, pages, dispatcher and reports; agents run elsewhere')
  .action(() => serve(compose, ['server']));
program
  .command('worker')
  .description('agents only')
  .action(() => serve(compose, ['worker']));
program
  .command('doctor')
  .description('says what is missing, and how to get it')
  .action(() => doctor(doctorProbes));
program
  .command('demo')
  .description('shows the whole story on stand-ins, in a minute')
  .option('--keep', 'leave the stand-ins running at the end')
  .action(demo);

try {
  // Without a word it serves; as commander's default command, `serve` would take a mistyped word for its own.
  await program.parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, 'serve']);
} catch (error) {
  if (!(error instanceof SignalboxError)) throw error;
  console.error(`${error.message}\n\n${error.nextStep}`);
  process.exitCode = 1;
}
