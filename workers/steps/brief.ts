import { randomUUID } from 'node:crypto';
import { ALWAYS_PROTECTED } from '../../src/domain/repository-settings.ts';
import { isOnForge, isOperator } from '../../src/domain/task.ts';
import { mayWrite, type AnyForge, type Remark as ForgeRemark } from '../../src/forge/forge.ts';
import type { AgentBrief, Remark, Writer } from '../agent/brief.ts';
import { firstMessage } from '../agent/prompt.ts';
import { systemPrompt } from '../agent/system-prompt.ts';
import type { Hold } from '../hold.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import type { Installation } from './install.ts';

/** Comments of an issue and of its pull request that are read, newest last. */
const REMARKS = 60;

/**
 * What the agent is told first. Whose words are whose is asked of the forge now; what was edited after the command was
 * given is left out, because the person who gave it has not seen that.
 */
export async function openingOf(services: WorkerServices, hold: Hold, plan: Plan, setup: Installation | null, repositoryPath: string) {
  const { task } = hold;
  const writers = writersOf(plan.forge, task.subject.repository);
  const brief: AgentBrief = {
    agentType: task.agentType,
    repository: task.subject.repository,
    repositoryPath,
    baseBranch: plan.base.branch,
    branch: plan.branch,
    ...(await aboutOf(hold, plan, writers)),
    requestedBy: isOperator(task.requestedBy) ? { login: task.requestedBy.login, mayWrite: true } : await writers(task.requestedBy.login),
    instruction: task.instruction,
    profile: task.profile ?? plan.settings.profile,
    gates: await gatesOf(plan),
    protectedPaths: [...ALWAYS_PROTECTED, ...plan.settings.protected],
    setup,
    hasNetwork: services.network !== 'none',
    continuing: plan.branchHead === null ? null : await begunOn(hold, plan, writers),
  };
  return { system: systemPrompt(brief.agentType), messages: [firstMessage(brief, randomUUID().slice(0, 8))] };
}

/** Work that is about nothing on the forge has no conversation either. */
async function aboutOf(hold: Hold, plan: Plan, writers: Writers): Promise<Pick<AgentBrief, 'subject' | 'remarks'>> {
  const { ref, author, ...subject } = plan.subject;
  if (!isOnForge(ref)) return { subject: null, remarks: [] };
  return {
    subject: { ...subject, number: ref.number, author: await writers(author.login) },
    remarks: await remarksOf(hold, plan, ref.number, writers),
  };
}

/** What is on the branch already, and what people said of it. */
async function begunOn(hold: Hold, plan: Plan, writers: Writers): Promise<AgentBrief['continuing']> {
  if (!plan.pull) return { pullRequest: null, remarks: [] };
  const { number } = plan.pull;
  return { pullRequest: number, remarks: plan.subject.ref.number === number ? [] : await remarksOf(hold, plan, number, writers) };
}

type Writers = (login: string) => Promise<Writer>;

/** One question for each person. What the forge does not tell is not write access. */
function writersOf(forge: AnyForge, repository: string): Writers {
  const known = new Map<string, Promise<Writer>>();
  const ask = async (login: string) => ({ login, mayWrite: mayWrite((await forge.permission?.(repository, login)) ?? 'unknown') });
  return (login) => {
    const asked = known.get(login) ?? ask(login);
    known.set(login, asked);
    return asked;
  };
}

async function remarksOf({ task }: Hold, plan: Plan, number: number, writers: Writers): Promise<Remark[]> {
  const all = (await plan.forge.conversation?.({ ...task.subject, number }, REMARKS)) ?? [];
  const remarks: Remark[] = [];
  for (const remark of all.filter((candidate) => counts(candidate, plan, task.createdAt))) {
    remarks.push({ author: await writers(remark.author.login), text: remark.body, path: remark.path, line: remark.line });
  }
  return remarks;
}

/** Our own status comments say nothing to an agent. A forge tells times in whole seconds, cut off: the one of the asking counts as after it. */
function counts(remark: ForgeRemark, { bot }: Plan, asked: Date): boolean {
  const edited = remark.updatedAt.getTime() > asked.getTime() - 1000 && remark.updatedAt > remark.createdAt;
  return remark.author.id !== bot.id && !edited && remark.body.trim() !== '';
}

async function gatesOf(plan: Plan): Promise<AgentBrief['gates']> {
  return Promise.all(
    plan.gates.map(async ({ gate, required }) => {
      const command = await gate.find(plan.base.files, plan.settings);
      return { title: gate.title, command: command === null ? null : (command.shown ?? command.line), required };
    }),
  );
}
