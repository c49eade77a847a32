import { messageOf } from '../src/errors.ts';
import { branchHead } from '../src/git/mirror.ts';
import { workspaceFolder } from '../src/git/workspace.ts';
import { logAbout, type Logger } from '../src/log.ts';
import { appendEvent, change } from '../src/store/events.ts';
import { arrive } from './arrive.ts';
import { cleanUp, tryCleanUp } from './clean-up.ts';
import { endExhausted } from './end-exhausted.ts';
import { HoldLost, KillRequested, takeTask, WorkerStopping, type Hold } from './hold.ts';
import { mayPass } from './may-pass.ts';
import { endingOfError, endingOfGates, failed, type Ending } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { WorkerServices } from './services.ts';
import { settlePublished } from './settle-published.ts';
import { traceSteps } from './trace-steps.ts';
import { traceTask } from './trace-task.ts';
import { judge } from './steps/judge.ts';
import { prepare } from './steps/prepare.ts';
import { openWork } from './steps/open-work.ts';
import { watchDisk } from './steps/watch-disk.ts';
import { workUntilJudged } from './steps/work.ts';

/**
 * The story of a task, from the queue to its end: take it (or take it over), prepare, work and judge, publish, say how it
 * ended. Whatever happens, sandboxes and workspace are gone before the end is written down; and either the end is written
 * down, or the agent is left to another worker.
 */
export async function runTask(services: WorkerServices, taskId: string, shutdown: AbortSignal): Promise<void> {
  const taking = await takeTask(services, taskId, shutdown);
  if (taking === null) return;
  if ('exhausted' in taking) return endExhausted(services, taking);
  await using hold = taking;
  const log = logAbout(services.log, hold.task, hold.agent.id);
  log.info({ subject: hold.task.subject, resumed: hold.resumed }, 'agent taken');
  await traceTask(services.tracing, hold, () => play({ ...services, log }, hold));
}

async function play(services: WorkerServices, hold: Hold): Promise<Ending | { readonly brokenOff: unknown }> {
  try {
    if (hold.resumed) await arrive(services, hold);
    using disk = watchDisk(workspaceFolder(services.dataDir, hold.agent.id), services.workspaceMaxMb, hold.signal);
    using traced = traceSteps(services.tracing, hold);
    const bounded: Hold = { ...hold, step: traced.step, signal: disk.signal };
    const plan = await prepare(services, bounded);
    const ending =
      hold.task.purpose === 'gates' ? await runGatesAlone(services, bounded, plan) : await runAgentAndGates(services, bounded, plan);
    hold.signal.throwIfAborted();
    await hold.end(ending, { clean: await tryCleanUp(services, hold.task, hold.agent.id) });
    services.log.info({ ending }, 'agent ended');
    return ending;
  } catch (error) {
    await leave(services, hold, error);
    return { brokenOff: error };
  }
}

async function runAgentAndGates(services: WorkerServices, hold: Hold, plan: Plan): Promise<Ending> {
  await using work = await openWork(services, hold, plan);
  return await workUntilJudged(services, hold, work);
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
  return endingOfGates(await judge(services, hold, plan, commit));
}

/** Milliseconds before an agent is tried again that met a fault which passes: longer each time. */
const BACKOFF_MS = [5_000, 20_000, 80_000];

/** Why the run broke off decides whose the agent is now. A request to stop outweighs whatever it made fail on the way. */
async function leave(services: WorkerServices, hold: Hold, error: unknown): Promise<void> {
  const { log } = services;
  const reason: unknown = hold.signal.aborted ? hold.signal.reason : error;
  if (reason instanceof HoldLost || error instanceof HoldLost) {
    log.warn({ err: error }, 'agent lost to another worker');
    return;
  }
  if (reason instanceof KillRequested) return endKilled(services, hold, reason);
  if (reason instanceof WorkerStopping) {
    await letGo(hold, { reason: reason.message, delayMs: 0, counts: false }, log);
    log.info('agent left to another worker');
    return;
  }
  if (mayPass(error)) {
    const delayMs = BACKOFF_MS[hold.agent.resumptions] ?? 0;
    await letGo(hold, { reason: messageOf(error), delayMs, counts: true }, log);
    log.warn({ err: error, delayMs }, 'agent put off');
    return;
  }
  log.error({ err: error }, 'agent failed');
  await hold.end(endingOfError(error), { clean: await tryCleanUp(services, hold.task, hold.agent.id) });
}

/** Where the database is away, the lease runs out by itself, and the agent is another worker's all the same. */
async function letGo(hold: Hold, release: Parameters<Hold['release']>[0], log: Logger): Promise<void> {
  await hold.release(release).catch((error: unknown) => log.warn({ err: error }, 'an agent could not be released: its lease runs out'));
}

/** A kill is confirmed when its sandboxes are gone by the engine's own word, and its workspace is too. */
async function endKilled(services: WorkerServices, hold: Hold, kill: KillRequested): Promise<void> {
  const { log } = services;
  try {
    await cleanUp(services, hold.task, hold.agent.id);
    await hold.end(endingOfError(kill), { clean: true, doubt: await settlePublished(services, hold) });
    log.info({ ...kill.request }, 'agent killed');
  } catch (error) {
    if (error instanceof HoldLost) return;
    log.error({ err: error }, 'a kill could not be confirmed here');
    const data = { reason: error instanceof Error ? error.message : String(error) };
    await change(services.db, (tx) =>
      appendEvent(tx, { type: 'task.kill-unconfirmed', taskId: hold.task.id, agentId: hold.agent.id, data }),
    );
    await hold.release({ reason: 'the kill could not be confirmed', delayMs: 0, counts: false });
  }
}
