import { AGENT_TYPES, GATE_PROFILES, type AgentType, type GateProfile, type Task } from '../domain/task.ts';
import { SignalboxError } from '../errors.ts';
import { change } from '../store/events.ts';
import type { Db } from '../store/database.ts';
import { stopStateOf, type Creation } from '../store/tasks.ts';
import { DEFAULT_PRIORITY, startWork, type Asking } from '../tasks/start-work.ts';
import type { Command, CommandAnswer, CommandContext, CommandInput } from './command.ts';
import { readFlags } from './flags.ts';

export const run: Command = {
  name: 'run',
  usage: `run [${AGENT_TYPES.join('|')}] [--profile ${GATE_PROFILES.join('|')}] [--priority 1-10] [what to do]`,
  summary: 'Starts an agent on this issue, or lets it go on with the branch of this pull request.',
  permission: 'write',
  async run(context, input) {
    const wish = readRun(input);
    if ('problem' in wish) return { ok: false, reply: `${wish.problem}\n\nWrite it as \`/agent ${run.usage}\`.` };
    return change(context.db, async (tx) => answerTo(tx, await startWork(tx, askingOf(context), wish), context));
  },
};

export interface RunWish {
  readonly agentType: AgentType;
  readonly profile: GateProfile | null;
  readonly priority: number;
  readonly instruction: string | null;
}

/** Pure: the words of the command, checked. */
export function readRun({ args, text }: CommandInput): RunWish | { problem: string } {
  const read = readFlags(args, ['profile', 'priority']);
  if ('problem' in read) return read;
  const [first, ...rest] = read.words;
  const agentType = AGENT_TYPES.find((type) => type === first?.toLowerCase());
  const profile = read.flags.profile === undefined ? null : GATE_PROFILES.find((name) => name === read.flags.profile);
  if (profile === undefined) return { problem: `There is no profile of that name; there are ${GATE_PROFILES.join(', ')}.` };
  const priority = read.flags.priority === undefined ? DEFAULT_PRIORITY : Number(read.flags.priority);
  if (!Number.isInteger(priority) || priority < 1 || priority > 10)
    return { problem: 'A priority is a number from 1 (first) to 10 (last).' };
  const sentence = (agentType ? rest : read.words).join(' ');
  const instruction = [sentence, text].filter((part) => part !== '').join('\n\n');
  return { agentType: agentType ?? 'worker', profile, priority, instruction: instruction === '' ? null : instruction };
}

/** Whose asking a command is. */
export function askingOf({ subject, subjectKind, sender, cause, origin }: CommandContext): Asking {
  return { subject, subjectKind, cause, origin, requestedBy: { login: sender.login, id: sender.id } };
}

/** What was made of a command, for the person. */
export async function answerTo(db: Db, creation: Creation, context: CommandContext): Promise<CommandAnswer> {
  return 'busy' in creation ? busy(db, creation.busy, context) : { ok: true, reply: null };
}

/**
 * A label that is put on while the agent is at work asks for what is already there, and so does a check's button while the
 * gates run; a comment deserves an answer. Errors: `task.stopping`, when the agent was asked to stop and is not gone yet.
 */
async function busy(db: Db, task: Task, context: CommandContext): Promise<CommandAnswer> {
  if ((await stopStateOf(db, task.id)).kill) {
    throw new SignalboxError('task.stopping', 'The agent that was asked to stop is not gone yet.', {
      nextStep: 'Nothing: it is tried again.',
      retryable: true,
    });
  }
  if (context.route === 'label' || (context.route === 'check' && task.purpose === 'gates')) return { ok: true, reply: null };
  return {
    ok: false,
    reply: `An agent is already on this (${task.state}, asked for by ${task.requestedBy.login}). Wait for it, or stop it with \`/agent kill\` and ask again.`,
  };
}
