import type { BaseFiles } from '../../gates/gate.ts';
import { resolveProfile } from '../../gates/profiles.ts';
import { findSetup } from '../../gates/setup-command.ts';
import type { Limits } from '../../src/domain/agent.ts';
import { parseRepositorySettings, SETTINGS_FILE, type RepositorySettings } from '../../src/domain/repository-settings.ts';
import { isOnForge, nameOf, type Task } from '../../src/domain/task.ts';
import { SignalboxError } from '../../src/errors.ts';
import type { AnyForge, PullRequest, Subject } from '../../src/forge/forge.ts';
import { branchName } from '../../src/git/branch-name.ts';
import type { Git } from '../../src/git/git.ts';
import { branchHead, branchNames, ensureMirror, type Mirror } from '../../src/git/mirror.ts';
import { listFilesAt, readFileAt } from '../../src/git/read-commit.ts';
import type { SandboxLimits } from '../../src/sandbox/sandbox.ts';
import { noteAgent, spentToday } from '../../src/store/agents.ts';
import type { Ground } from '../../src/store/schema.ts';
import { noteOnTask } from '../../src/store/tasks.ts';
import type { Hold } from '../hold.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import { patient, tryAgain } from '../try-again.ts';

/** Reads the subject, brings the mirror up to date, and settles the branch, the judges and the limits. */
export async function prepare(services: WorkerServices, hold: Hold): Promise<Plan> {
  const { task, signal } = hold;
  const forge = patient(forgeOf(services, task), { signal, log: services.log });
  await hold.step('reading what is asked');
  const subject = isOnForge(task.subject) ? await forge.subject?.(task.subject) : saidAlone(task);
  if (!subject) throw gone(task);
  const pull = await openPullOf(forge, task, subject);
  const home = await forge.repository(task.subject.repository);
  if (!home) throw gone(task);

  await hold.step('fetching the repository');
  const { forge: forgeName, repository } = task.subject;
  const access = await forge.gitAccess(repository);
  const mirror = await tryAgain({ signal, log: services.log }, () =>
    ensureMirror(services.git, { dataDir: services.dataDir, forge: forgeName, repository }, access, { signal, commits: commitsOf(hold) }),
  );
  const ground = hold.agent.ground ?? (await findGround(services, hold, mirror, subject, pull, home.defaultBranch));
  const files = filesAt(services.git, mirror, ground.baseSha, signal);
  const settings = await settingsOf(files);
  const limits = await limitsOf(services, hold, settings);
  await hold.change((tx) => noteAgent(tx, hold.agent.id, { limits }));
  return {
    forge,
    bot: await forge.identity(),
    subject,
    mirror,
    base: { branch: ground.baseBranch, sha: ground.baseSha, files },
    branch: ground.branch,
    branchHead: ground.branchHead,
    startPoint: ground.startPoint,
    pull,
    settings,
    gates: resolveProfile(task.profile ?? settings.profile, settings),
    setup: await findSetup(files, settings),
    limits,
    sandboxLimits: sandboxLimitsOf(services, settings),
  };
}

/** Work that is about nothing on the forge is named by the beginning of what was said. */
function saidAlone({ subject, instruction, requestedBy }: Task): Subject {
  const title = (instruction ?? '').split('\n', 1)[0]!.slice(0, 72);
  return { ref: subject, kind: 'issue', title, body: '', author: requestedBy, open: true, labels: [], pull: null };
}

/** What an agent that is taken over goes on from need not be at any branch's tip any more. */
function commitsOf({ agent }: Hold): string[] {
  return agent.ground ? [agent.ground.baseSha, agent.ground.startPoint] : [];
}

/** Settles the commits to work from, once: an agent that is taken over goes on from the same ones. */
async function findGround(
  services: WorkerServices,
  { task, agent, signal, change }: Hold,
  mirror: Mirror,
  subject: Subject,
  pull: PullRequest | null,
  defaultBranch: string,
): Promise<Ground> {
  const asked = pull?.baseBranch ?? task.baseBranch ?? defaultBranch;
  // The base of an earlier task may have been renamed since; one that somebody named must be there.
  const isGone = pull === null && task.continues !== null && !(await branchHead(services.git, mirror, asked, signal));
  const baseBranch = isGone ? defaultBranch : asked;
  const baseSha = await branchHead(services.git, mirror, baseBranch, signal);
  if (!baseSha) throw noBranch(task.subject.repository, baseBranch);
  const { branch, head } = await branchOf(services, mirror, task, subject, pull, signal);
  const ground: Ground = { baseBranch, baseSha, branch, branchHead: head, startPoint: head ?? baseSha };
  await change(async (tx) => {
    await noteAgent(tx, agent.id, { ground });
    const gatesOnly = task.purpose === 'gates' ? { headSha: head } : {};
    await noteOnTask(tx, task.id, { title: subject.title, branch, baseBranch, pullRequest: pull?.number ?? null, ...gatesOnly });
  });
  return ground;
}

function forgeOf(services: WorkerServices, task: Task): AnyForge {
  const forge = services.forges.find((candidate) => candidate.name === task.subject.forge);
  if (forge) return forge;
  throw new SignalboxError('worker.no-forge', `This worker has no forge called ${task.subject.forge}.`, {
    nextStep: 'Give the worker the same forge settings as the server.',
  });
}

/** The pull request to go on with, if it is still open and its branch is the repository's own. */
async function openPullOf(forge: AnyForge, task: Task, subject: Subject): Promise<PullRequest | null> {
  if (task.pullRequest === null) return null;
  const known = subject.ref.number === task.pullRequest ? subject : await forge.subject?.({ ...task.subject, number: task.pullRequest });
  const pull = known?.pull;
  if (pull?.open && pull.head.sameRepository) return pull;
  if (subject.kind === 'issue' && task.purpose === 'work') return null;
  throw new SignalboxError(
    'worker.pull-not-usable',
    pull?.open ? 'The pull request comes from a fork, whose branch cannot be pushed to.' : 'The pull request is closed.',
    {
      nextStep: pull?.open ? 'Ask on an issue, or on a pull request whose branch is in this repository.' : 'Reopen it, or ask on an issue.',
    },
  );
}

/** A branch that is known and on the forge is gone on with; a pull request that was closed is not. */
async function branchOf(
  { git }: WorkerServices,
  mirror: Mirror,
  task: Task,
  subject: Subject,
  pull: PullRequest | null,
  signal: AbortSignal,
): Promise<{ branch: string; head: string | null }> {
  if (pull) return { branch: pull.head.branch, head: (await branchHead(git, mirror, pull.head.branch, signal)) ?? pull.head.sha };
  if (task.branch && task.pullRequest === null) return { branch: task.branch, head: await branchHead(git, mirror, task.branch, signal) };
  const taken = new Set(await branchNames(git, mirror, signal));
  return { branch: branchName(isOnForge(subject.ref) ? subject.ref.number : null, subject.title, taken), head: null };
}

async function settingsOf(files: BaseFiles): Promise<RepositorySettings> {
  const parsed = parseRepositorySettings(await files.read(SETTINGS_FILE));
  if ('settings' in parsed) return parsed.settings;
  throw new SignalboxError('repository.settings-invalid', `${SETTINGS_FILE} has a problem: ${parsed.problems.join('; ')}`, {
    nextStep: `Mend ${SETTINGS_FILE} on the base branch, then \`/agent retry\`.`,
  });
}

/** A repository may ask for less than the operator allows, never for more; and today's money may be nearly gone. */
async function limitsOf(services: WorkerServices, { task, agent }: Hold, { limits }: RepositorySettings): Promise<Limits> {
  const allowed = services.limits;
  const least = (key: keyof Limits) => Math.min(allowed[key], limits[key] ?? allowed[key], task.limits?.[key] ?? allowed[key]);
  const others = { repository: await spentToday(services.db, [task.subject]), overall: await spentToday(services.db, 'everything') };
  // What a resumed agent has spent itself counts against its own limit already.
  const left =
    Math.min(services.dailyCostUsd.repository - others.repository, services.dailyCostUsd.overall - others.overall) + agent.costUsd;
  if (left <= 0 && task.purpose === 'work') {
    throw new SignalboxError('limit.daily-cost', 'The money that may be spent in 24 hours is spent.', {
      nextStep: 'Wait, or raise REPOSITORY_DAILY_COST_USD or DAILY_COST_USD; then `/agent retry`.',
    });
  }
  return {
    turns: least('turns'),
    tokens: least('tokens'),
    costUsd: Math.min(least('costUsd'), left),
    wallSeconds: least('wallSeconds'),
    gateRounds: least('gateRounds'),
  };
}

function sandboxLimitsOf({ sandboxLimits, mostSandbox }: WorkerServices, { sandbox }: RepositorySettings): SandboxLimits {
  return {
    ...sandboxLimits,
    memoryMb: Math.min(sandbox.memoryMb ?? sandboxLimits.memoryMb, Math.max(mostSandbox.memoryMb, sandboxLimits.memoryMb)),
    cpus: Math.min(sandbox.cpus ?? sandboxLimits.cpus, Math.max(mostSandbox.cpus, sandboxLimits.cpus)),
  };
}

function filesAt(git: Git, mirror: Mirror, sha: string, signal: AbortSignal): BaseFiles {
  let paths: Promise<readonly string[]> | undefined;
  return {
    read: (path) => readFileAt(git, mirror, sha, path, signal),
    list: () => (paths ??= listFilesAt(git, mirror, sha, signal)),
  };
}

function gone(task: Task): SignalboxError {
  return new SignalboxError('worker.subject-gone', `${nameOf(task.subject)} is not there any more, or may not be seen.`, {
    nextStep:
      'See that the App is installed on the repository and may read issues; for another git server, that GIT_CREDENTIALS_PATH has a line for it.',
  });
}

function noBranch(repository: string, branch: string): SignalboxError {
  return new SignalboxError('worker.no-base-branch', `${repository} has no branch ${branch}, so there is nothing to start from.`, {
    nextStep: 'Push a first commit, then `/agent retry`.',
  });
}
