#!/usr/bin/env node
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { auditCommand } from './cli/audit.ts';
import { completionCommand } from './cli/completion.ts';
import { demo } from './cli/demo.ts';
import { doctor } from './cli/doctor.ts';
import { eventsCommand } from './cli/events.ts';
import { giteaCommand, githubCommand } from './cli/forge-setup.ts';
import { haltCommand } from './cli/halt.ts';
import { killAllCommand } from './cli/kill-all.ts';
import { killCommand } from './cli/kill.ts';
import { logsCommand } from './cli/logs.ts';
import { queueCommand } from './cli/queue.ts';
import { resumeCommand } from './cli/resume.ts';
import { retryCommand } from './cli/retry.ts';
import { runCommand } from './cli/run.ts';
import { serve, type ServeOptions } from './cli/serve.ts';
import { statusCommand } from './cli/status.ts';
import { stopCommand } from './cli/stop.ts';
import { tasksCommand } from './cli/tasks.ts';
import { tokenCommand } from './cli/token.ts';
import type { Config } from './config.ts';
import { SignalboxError } from './errors.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

/** Loaded by those who need it: a kill must not wait for everything that a server is made of. */
const parts = () => import('./compose.ts');
const run =
  (...roles: ('server' | 'worker')[]) =>
  async (options: ServeOptions) =>
    serve((await parts()).compose, roles, options);
const LOG_AS_JSON = ['--json', 'the log as JSON lines, as it is wherever stdout is no terminal; the first one says the address'] as const;

const program = new Command('signalbox')
  .description('Runs coding agents on issues of GitHub, Gitea and Forgejo, and opens pull requests whose checks show every gate.')
  .showHelpAfterError();
program
  .command('serve')
  .description('webhooks, pages and agents in one process')
  .option(...LOG_AS_JSON)
  .action(run('server', 'worker'));
program
  .command('server')
  .description('webhooks, pages, dispatcher and reports; agents run elsewhere')
  .option(...LOG_AS_JSON)
  .action(run('server'));
program
  .command('worker')
  .description('agents only')
  .option(...LOG_AS_JSON)
  .action(run('worker'));
program
  .command('doctor')
  .description('says what is missing, and how to get it')
  .option('--json', 'what was found as JSON, for programs')
  .action(async (options: { json?: boolean }) => doctor((await parts()).doctorProbes, options));
program
  .command('demo')
  .description('shows the whole story on stand-ins, in a minute')
  .option('--keep', 'leave the stand-ins running at the end')
  .option('--json', 'what happens as JSON, one thing a line, and what came of it as the last one')
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
const forges = async (config: Config) => (await parts()).configuredForges(config);
program.addCommand(giteaCommand(forges)).addCommand(githubCommand(forges));

try {
  // Without a word it serves; as commander's default command, `serve` would take a mistyped word for its own.
  await program.parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, 'serve']);
} catch (error) {
  if (!(error instanceof SignalboxError)) throw error;
  console.error(`${error.message}\n\n${error.nextStep}`);
  process.exitCode = 1;
}
