import { isRed, type GateResult } from '../../src/domain/finding.ts';
import { isOnForge } from '../../src/domain/task.ts';
import { SignalboxError } from '../../src/errors.ts';
import type { GitAccess, PullRequest } from '../../src/forge/forge.ts';
import { publish as push } from '../../src/git/publish.ts';
import { remoteHead } from '../../src/git/remote-head.ts';
import { renderPullRequest } from '../../src/report/checks.ts';
import { findAgent, noteAgent } from '../../src/store/agents.ts';
import { appendEvent } from '../../src/store/events.ts';
import { noteOnTask } from '../../src/store/tasks.ts';
import type { Hold } from '../hold.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import { tryAgain } from '../try-again.ts';
import type { Wording } from './harvest.ts';

export interface Result {
  readonly commit: string;
  /** What the commit stands on: for a branch that is there already, its head. */
  readonly parent: string;
  readonly gates: readonly GateResult[];
  readonly wording: Wording;
  /** The work is not whole: it was cut short, or does not apply on its base. */
  readonly unfinished: boolean;
}

/**
 * Pushes the commit and opens the pull request, or brings the one that is there up to date; null where there are none. What is on the forge is noted
 * right after it is there, so that the checks appear on it and a crash finds it.
 */
export async function publish(services: WorkerServices, hold: Hold, plan: Plan, result: Result): Promise<PullRequest | null> {
  const { task, signal } = hold;
  const { repository } = task.subject;
  await hold.step('pushing the branch');
  const access = await plan.forge.gitAccess(repository);
  const expected = await expectedHead(services, hold, plan, result, access);
  // Noted before it is done: whoever takes over knows which commit on the branch may be the agent's own.
  await hold.change((tx) => noteAgent(tx, hold.agent.id, { publishing: result.commit }));
  signal.throwIfAborted();
  const wish = { commit: result.commit, branch: plan.branch, expected };
  const pushed = await tryAgain({ signal, log: services.log }, () => push(services.git, plan.mirror, wish, access, signal));
  if (pushed.state === 'rejected') throw rejected(plan.branch, pushed.reason, pushed.said);
  await hold.change((tx) => noteOnTask(tx, task.id, { headSha: result.commit }));

  const pull = personsPull(plan) ?? (await openPull(services, hold, plan, result));
  await hold.change(async (tx) => {
    if (pull) await noteOnTask(tx, task.id, { pullRequest: pull.number });
    await appendEvent(tx, {
      type: 'task.published',
      taskId: task.id,
      agentId: hold.agent.id,
      data: { commit: result.commit, branch: plan.branch, pullRequest: pull?.number ?? null, draft: pull?.draft ?? false },
    });
  });
  return pull;
}

/** A pull request that a person opened keeps their words, and is a draft for as long as they say. */
function personsPull({ pull, subject, bot }: Plan): PullRequest | null {
  return subject.kind === 'pull' && subject.author.id !== bot.id ? pull : null;
}

async function openPull(services: WorkerServices, hold: Hold, plan: Plan, result: Result): Promise<PullRequest | null> {
  const { task, signal } = hold;
  if (!plan.forge.ensurePullRequest) return null;
  await hold.step('opening the pull request');
  const wish = {
    repository: task.subject.repository,
    head: plan.branch,
    base: plan.base.branch,
    title: result.wording.title,
    body: renderPullRequest({
      closes: plan.subject.kind === 'issue' && isOnForge(plan.subject.ref) ? plan.subject.ref.number : null,
      summary: result.wording.summary,
      gates: result.gates,
      requestedBy: task.requestedBy.login,
      transcript: services.links.agent(hold.agent.id),
    }),
    draft: result.unfinished || result.gates.some(isRed),
  };
  return plan.forge.ensurePullRequest(wish, signal);
}

/**
 * Where the branch must be for the push to overwrite nothing of anybody: nowhere for a new one, at the commit that the work
 * was rebased on for another; or at what this agent had pushed itself, before its worker died.
 */
async function expectedHead(services: WorkerServices, hold: Hold, plan: Plan, result: Result, access: GitAccess): Promise<string | null> {
  const expected = plan.branchHead === null ? null : result.parent;
  const earlier = (await findAgent(services.db, hold.agent.id))?.publishing ?? null;
  if (earlier === null) return expected;
  const head = await remoteHead(services.git, access, plan.branch, hold.signal);
  return head === earlier ? earlier : expected;
}

function rejected(branch: string, reason: string, said: string): SignalboxError {
  const next: Readonly<Record<string, string>> = {
    moved: 'Somebody pushed to the branch meanwhile, and nothing of theirs was overwritten. `/agent retry` starts from what is there now.',
    protected: `A rule of the repository forbids the push: allow the App to push to \`${branch}\`.`,
    denied: 'The App may not do this: see that its permissions are those of app.yml, and accepted for this repository.',
    'too-large': 'The forge takes no file of that size.',
  };
  return new SignalboxError(`publish.${reason}`, `The forge did not take the push: ${said.split('\n').at(-1) ?? ''}`, {
    nextStep: next[reason] ?? 'The forge’s own words are above.',
  });
}
