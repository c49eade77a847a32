import { randomUUID } from 'node:crypto';
import { AGENT_TYPES, GATE_PROFILES, type AgentType, type GateProfile, type Task } from '../domain/task.ts';
import { SignalboxError } from '../errors.ts';
import { change } from '../store/events.ts';
import type { Db } from '../store/database.ts';
import { createTask, killRequestOf, latestTaskOf } from '../store/tasks.ts';
import type { Command, CommandAnswer, CommandContext, CommandInput } from './command.ts';
import { readFlags } from './flags.ts';

export const DEFAULT_PRIORITY = 5;

export const run: Command = {
  name: 'run',
  usage: `run [${AGENT_TYPES.join('|')}] [--profile ${GATE_PROFILES.join('|')}] [--priority 1-10] [what to do]`,
  summary: 'Starts an agent on this issue, or lets it go on with the branch of this pull request.',
  permission: 'write',
  async run(context, input) {
    const wish = readRun(input);
    if ('problem' in wish) return { ok: false, reply: `${wish.problem}\n\nWrite it as \`/agent ${run.usage}\`.` };
    return startWork(context, wish);
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

/** Makes the task, on the branch of an earlier one where there is one. */
export async function startWork(context: CommandContext, wish: RunWish): Promise<CommandAnswer> {
  return change(context.db, async (tx) => {
    const earlier = await latestTaskOf(tx, context.subject, 'work');
    const creation = await createTask(tx, {
      id: randomUUID(),
      cause: context.cause,
      ...placeOf(context, earlier),
      purpose: 'work',
      ...wish,
      requestedBy: { login: context.sender.login, id: context.sender.id },
    });
    if ('busy' in creation) return busy(tx, creation.busy, context);
    return { ok: true, reply: null };
  });
}

/**
 * Where a new task belongs: to the subject of the earlier one and its branch, so that an issue and the pull request that
 * came of it are one piece of work.
 */
export function placeOf(context: CommandContext, earlier: Task | null) {
  const askedOn = context.subject.number;
  if (!earlier) {
    const pullRequest = context.subjectKind === 'pull' ? askedOn : null;
    return { subject: context.subject, subjectKind: context.subjectKind, askedOn, pullRequest };
  }
  const { subject, subjectKind, branch, pullRequest } = earlier;
  return { subject, subjectKind, askedOn, branch, pullRequest, continues: earlier.id };
}

/**
 * A label that is put on while the agent is at work asks for what is already there, and so does a check's button while the
 * gates run; a comment deserves an answer. Errors: `task.stopping`, when the agent was asked to stop and is not gone yet.
 */
export async function busy(db: Db, task: Task, context: CommandContext): Promise<CommandAnswer> {
  if (await killRequestOf(db, task.id)) {
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
