#!/usr/bin/env node
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { auditCommand } from './cli/audit.ts';
import { completionCommand } from './cli/completion.ts';
import { demo } from './cli/demo.ts';
import { doctor } from './cli/doctor.ts';
import { eventsCommand } from './cli/events.ts';
import { haltCommand } from './cli/halt.ts';
import { killAllCommand } from './cli/kill-all.ts';
import { killCommand } from './cli/kill.ts';
import { logsCommand } from './cli/logs.ts';
import { queueCommand } from './cli/queue.ts';
import { resumeCommand } from './cli/resume.ts';
import { retryCommand } from './cli/retry.ts';
import { runCommand } from './cli/run.ts';
import { serve } from './cli/serve.ts';
import { statusCommand } from './cli/status.ts';
import { stopCommand } from './cli/stop.ts';
import { tasksCommand } from './cli/tasks.ts';
import { tokenCommand } from './cli/token.ts';
import { SignalboxError } from './errors.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

/** Loaded by those who need it: a kill must not wait for everything that a server is made of. */
const parts = () => import('./compose.ts');
const run = async (roles: readonly ('server' | 'worker')[]) => serve((await parts()).compose, roles);

const program = new Command('signalbox')
  .description('Runs coding agents on issues of GitHub, and opens pull requests whose checks show every gate.')
  .showHelpAfterError();
program
  .command('serve')
  .description('webhooks, pages and agents in one process')
  .action(() => run(['server', 'worker']));
program
  .command('server')
  .description('webhooks, pages, dispatcher and reports; agents run elsewhere')
  .action(() => run(['server']));
program
  .command('worker')
  .description('agents only')
  .action(() => run(['worker']));
program
  .command('doctor')
  .description('says what is missing, and how to get it')
  .option('--json', 'what was found as JSON, for programs')
  .action(async (options: { json?: boolean }) => doctor((await parts()).doctorProbes, options));
program
  .command('demo')
  .description('shows the whole story on stand-ins, in a minute')
  .option('--keep', 'leave the stand-ins running at the end')
  .action(demo);
for (const make of [
  runCommand,
  statusCommand,
  logsCommand,
  stopCommand,
  killCommand,
  killAllCommand,
  retryCommand,
  haltCommand,
  resumeCommand,
  queueCommand,
  tasksCommand,
  eventsCommand,
  auditCommand,
  tokenCommand,
  () => completionCommand(() => program),
])
  program.addCommand(make());

try {
  // Without a word it serves; as commander's default command, `serve` would take a mistyped word for its own.
  await program.parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, 'serve']);
} catch (error) {
  if (!(error instanceof SignalboxError)) throw error;
  console.error(`${error.message}\n\n${error.nextStep}`);
  process.exitCode = 1;
}
