import { NO_USAGE } from '../src/domain/agent.ts';
import type { TaskOutcome } from '../src/domain/task.ts';
import { createWorkspace, removeWorkspace, workspaceFolder } from '../src/git/workspace.ts';
import { branchHead } from '../src/git/mirror.ts';
import type { Logger } from '../src/log.ts';
import { appendStep, readSteps } from '../src/store/steps.ts';
import { openTranscript, usageOf, type TranscriptStep } from './agent/transcript.ts';
import { HoldLost, KillRequested, takeTask, type Hold } from './hold.ts';
import { endingOfError, endingOfGates, failed, type Ending } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { WorkerServices } from './services.ts';
import { openingOf } from './steps/brief.ts';
import { install } from './steps/install.ts';
import { judge } from './steps/judge.ts';
import { narrate } from './steps/narrate.ts';
import { prepare } from './steps/prepare.ts';
import { PushCut } from './steps/publish.ts';
import { watchDisk } from './steps/watch-disk.ts';
import { workUntilJudged } from './steps/work.ts';

/**
 * The story of a task, from the queue to its end: take it, prepare, work and judge, publish, say how it ended. Whatever
 * happens, sandboxes and workspace are gone before the end is written down, and the end is written down.
 */
export async function runTask(services: WorkerServices, taskId: string, shutdown: AbortSignal): Promise<void> {
  await using hold = await takeTask(services, taskId, shutdown);
  if (!hold) return;
  const log = services.log.child({ task: taskId, agent: hold.agent.id });
  log.info({ subject: hold.task.subject }, 'agent spawned');
  try {
    using disk = watchDisk(workspaceFolder(services.dataDir, hold.agent.id), services.workspaceMaxMb, hold.signal);
    const bounded: Hold = { ...hold, signal: disk.signal };
    const plan = await prepare(services, bounded);
    const ending =
      hold.task.purpose === 'gates' ? await runGatesAlone(services, bounded, plan) : await runAgentAndGates(services, bounded, plan);
    hold.signal.throwIfAborted();
    await hold.end(ending);
    log.info({ ending }, 'agent ended');
  } catch (error) {
    await endAfter(hold, error, log);
  }
}

async function runAgentAndGates(services: WorkerServices, hold: Hold, plan: Plan): Promise<Ending> {
  const { agent } = hold;
  await hold.step('making the workspace');
  await using workspace = await createWorkspace(
    services.git,
    {
      dataDir: services.dataDir,
      mirror: plan.mirror,
      agentId: agent.id,
      branch: plan.branch,
      startPoint: plan.startPoint,
      identity: { name: plan.bot.name, email: plan.bot.email },
      ...(services.owner ? { owner: services.owner } : {}),
    },
    hold.signal,
  );
  if (plan.setup) await hold.step('installing dependencies');
  const setup = await install(services, hold, plan, workspace.box);
  await hold.running();
  const transcript = await openTranscript({
    load: async () => (await readSteps(services.db, agent.id)).map(({ step }) => step as TranscriptStep),
    append: (step, index) => appendStep(services.db, agent.id, index, step),
  });
  const opening = await openingOf(services, hold, plan, setup, services.sandboxes.kind === 'docker' ? '/workspace/repo' : workspace.repo);
  const narration = narrate(services, hold, transcript.steps.length > 0 ? usageOf(transcript.steps) : NO_USAGE);
  try {
    return await workUntilJudged(services, hold, {
      plan,
      workspace,
      transcript,
      opening: { ...opening, onProgress: narration.onProgress },
    });
  } finally {
    await narration.settled();
  }
}

async function runGatesAlone(services: WorkerServices, hold: Hold, plan: Plan): Promise<Ending> {
  await hold.running();
  const commit = await branchHead(services.git, plan.mirror, plan.branch, hold.signal);
  if (!commit)
    return failed(
      'worker.no-branch',
      `The branch ${plan.branch} is not on the forge any more.`,
      'Restore the branch, or ask on the issue.',
    );
  try {
    return endingOfGates(await judge(services, hold, plan, commit));
  } finally {
    await removeWorkspace(services.dataDir, hold.agent.id);
  }
}

/** A stop that somebody asked for is reported as such, whatever it made fail on the way. */
async function endAfter(hold: Hold, error: unknown, log: Logger): Promise<void> {
  const reason: unknown = hold.signal.reason;
  if (reason instanceof KillRequested) {
    await hold.end(endingOfError(error), error instanceof PushCut);
    log.info({ ...reason.request }, 'agent killed');
    return;
  }
  if (reason instanceof HoldLost) {
    await hold.end({ agent: 'failed', task: 'failed', outcome: stoppedOutcome(reason) });
    log.warn({ reason: reason.message }, 'agent ended with its hold');
    return;
  }
  await hold.end(endingOfError(error));
  log.error({ err: error }, 'agent failed');
}

function stoppedOutcome({ message }: HoldLost): TaskOutcome {
  return { code: 'worker.stopped', message: `${message[0]?.toUpperCase()}${message.slice(1)}.`, nextStep: '`/agent retry` starts again.' };
}
