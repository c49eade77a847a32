import { Option, type Command } from 'commander';
import { AGENT_TYPES, GATE_PROFILES } from '../domain/task.ts';
import { answer, answerInTurn, asking, wholeNumber, type AskOptions } from './answer.ts';
import type { Api } from './api.ts';
import { tellLog } from './logs.ts';
import { Task, taskText } from './task.ts';

interface Options extends AskOptions {
  readonly agent: string;
  readonly profile?: string;
  readonly priority?: number;
  readonly branch?: string;
  readonly skill?: readonly string[];
  readonly follow?: boolean;
}

export function runCommand(): Command {
  return asking('run', 'asks for an agent on an issue or pull request, or, in words, on a repository')
    .argument('<address>', 'of the issue or pull request, as the browser shows it; or of a repository')
    .argument('[what...]', 'what to do, beside what is written there; for a repository, all that there is to do')
    .addOption(new Option('--agent <type>', 'which kind of agent').choices(AGENT_TYPES).default('worker'))
    .addOption(new Option('--profile <profile>', 'the gates that judge it; by default the repository’s').choices(GATE_PROFILES))
    .option('--priority <number>', 'from 1, which is taken first, to 10', wholeNumber)
    .option('--branch <name>', 'what it starts from and is judged against; by default the repository’s default branch')
    .option('--skill <name...>', 'told to the agent')
    .option('-f, --follow', 'show what it does until it ends; the exit code says how')
    .action((address: string, what: readonly string[], options: Options) => run(address, what, options));
}

function run(address: string, what: readonly string[], options: Options): Promise<void> {
  if (!options.follow)
    return answer(options, async (api) => {
      const task = await start(api, address, what, options);
      return { json: task, text: taskText(task) };
    });
  return answerInTurn(options, async (api, say) => {
    const task = await start(api, address, what, options);
    say(task, taskText(task));
    return tellLog(api, task, true, say);
  });
}

function start(api: Api, address: string, what: readonly string[], { agent, profile, priority, branch, skill }: Options): Promise<Task> {
  const context = { workItems: [address, ...(what.length > 0 ? [what.join(' ')] : [])], branch, skills: skill };
  return api.call('POST', '/tasks', Task, { agentType: agent, gateProfile: profile, priority, context });
}
