import { isRed, type GateResult } from '../../src/domain/finding.ts';
import { SignalboxError } from '../../src/errors.ts';
import type { PullRequest } from '../../src/forge/forge.ts';
import { publish as push } from '../../src/git/publish.ts';
import { renderPullRequest } from '../../src/report/checks.ts';
import { appendEvent, change } from '../../src/store/events.ts';
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

/** A push that the signal cut off: whether it arrived is not known. */
export class PushCut extends Error {
  constructor(cause: unknown) {
    super('the push was cut off', { cause });
    this.name = 'PushCut';
  }
}

/**
 * Pushes the commit and opens the pull request, or brings the one that is there up to date. What is on the forge is noted
 * right after it is there, so that the checks appear on it and a crash finds it.
 */
export async function publish(services: WorkerServices, hold: Hold, plan: Plan, result: Result): Promise<PullRequest> {
  const { task, signal } = hold;
  const { repository } = task.subject;
  await hold.step('pushing the branch');
  const access = await plan.forge.gitAccess(repository);
  signal.throwIfAborted();
  const wish = { commit: result.commit, branch: plan.branch, expected: plan.branchHead === null ? null : result.parent };
  const pushing = tryAgain({ signal, log: services.log }, () => push(services.git, plan.mirror, wish, access, signal));
  const pushed = await pushing.catch((error: unknown) => {
    throw signal.aborted ? new PushCut(error) : error;
  });
  if (pushed.state === 'rejected') throw rejected(plan.branch, pushed.reason, pushed.said);
  await noteOnTask(services.db, task.id, { headSha: result.commit });

  const pull = personsPull(plan) ?? (await openPull(services, hold, plan, result));
  await change(services.db, async (tx) => {
    await noteOnTask(tx, task.id, { pullRequest: pull.number });
    await appendEvent(tx, {
      type: 'task.published',
      taskId: task.id,
      agentId: hold.agent.id,
      data: { commit: result.commit, pullRequest: pull.number, draft: pull.draft },
    });
  });
  return pull;
}

/** A pull request that a person opened keeps their words, and is a draft for as long as they say. */
function personsPull({ pull, subject, bot }: Plan): PullRequest | null {
  return subject.kind === 'pull' && subject.author.id !== bot.id ? pull : null;
}

async function openPull(services: WorkerServices, hold: Hold, plan: Plan, result: Result): Promise<PullRequest> {
  const { task, signal } = hold;
  await hold.step('opening the pull request');
  const wish = {
    repository: task.subject.repository,
    head: plan.branch,
    base: plan.base.branch,
    title: result.wording.title,
    body: renderPullRequest({
      closes: plan.subject.kind === 'issue' ? plan.subject.ref.number : null,
      summary: result.wording.summary,
      gates: result.gates,
      requestedBy: task.requestedBy.login,
      transcript: services.links.agent(hold.agent.id),
    }),
    draft: result.unfinished || result.gates.some(isRed),
  };
  return plan.forge.ensurePullRequest(wish, signal);
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
