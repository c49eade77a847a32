import { randomUUID } from 'node:crypto';
import type { Task } from '../src/domain/task.ts';
import { heartbeat, holds, noteStep, releaseAgent, takeAgent, transitionAgent, type Agent, type LeaseProof } from '../src/store/agents.ts';
import { dropCheckpoint } from '../src/store/checkpoints.ts';
import { confirmKill } from '../src/store/confirm-kill.ts';
import { change, notify, type Change } from '../src/store/events.ts';
import { haltOf } from '../src/store/facts.ts';
import { logAbout } from '../src/log.ts';
import type { StopRequest } from '../src/store/schema.ts';
import { endStay } from '../src/store/stays.ts';
import { findTask, stopStateOf, transitionTask } from '../src/store/tasks.ts';
import { killedOutcome, type Doubt } from '../src/tasks/kill.ts';
import { whereItCanBeSaid } from '../src/tasks/next-step.ts';
import type { Ending } from './outcome.ts';
import type { WorkerServices } from './services.ts';

/** The reason of an aborted hold: somebody asked for a stop at once. */
export class KillRequested extends Error {
  readonly request: StopRequest;
  constructor(request: StopRequest) {
    super(`killed by ${request.actor}: ${request.reason}`);
    this.name = 'KillRequested';
    this.request = request;
  }
}

/** The reason of an aborted hold: the agent is somebody else's now. Nothing may be written for it any more. */
export class HoldLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HoldLost';
  }
}

/** The reason of an aborted hold: this worker stops; another one goes on with the agent. */
export class WorkerStopping extends Error {
  constructor() {
    super('this worker is stopping');
    this.name = 'WorkerStopping';
  }
}

/** What is known of an agent that ends. */
export interface Evidence {
  /** Nothing of it is left on this machine. */
  readonly clean: boolean;
  /** What is not known of what it has published. */
  readonly doubt?: Doubt;
}

/** One agent, held by this worker. Its signal ends everything that is done for it. */
export interface Hold extends AsyncDisposable {
  readonly task: Task;
  /** As it was when it was taken. */
  readonly agent: Agent;
  /** It had begun before: here, or on another worker. */
  readonly resumed: boolean;
  readonly signal: AbortSignal;
  /** Aborted when somebody asks the agent to wrap up; its reason is the StopRequest. */
  readonly wrapUp: AbortSignal;
  /** Aborted when this worker stops: the agent rests before its next step, to go on elsewhere. */
  readonly rest: AbortSignal;
  /** A change that happens only while the agent is held. Errors: HoldLost, and then nothing was written. */
  readonly change: <T>(work: (tx: Change) => Promise<T>) => Promise<T>;
  /** Says what is done next, where people look. */
  step(words: string): Promise<void>;
  /** The agent's own work begins, or goes on. */
  running(): Promise<void>;
  /**
   * Both machines end, in one change: as killed, when somebody asked for that before, and otherwise as said. For a kill
   * this is the confirmation, where the agent has left nothing anywhere.
   */
  end(ending: Ending, evidence: Evidence): Promise<void>;
  /** Gives the agent up, for another worker to take over after `delayMs`. */
  release(release: { reason: string; delayMs: number; counts: boolean }): Promise<void>;
}

export type Taking = Hold | { readonly exhausted: Agent; readonly task: Task } | null;

/**
 * Takes a task from the queue: a new agent for one that waits, or an agent that its worker has left. null: the task is
 * over, is held by somebody, was asked to stop, or nothing may start because the instance is halted.
 */
export async function takeTask(services: WorkerServices, taskId: string, shutdown: AbortSignal): Promise<Taking> {
  const { db, workerId, host, model } = services;
  const wish = { id: randomUUID(), taskId, worker: workerId, host, model: model.name, leaseMs: services.lease.leaseMs };
  const taken = await change(db, async (tx) => {
    const task = await findTask(tx, taskId);
    if (task?.state !== 'running' && (await haltOf(tx))) return null;
    return takeAgent(tx, wish);
  });
  const task = await findTask(db, taskId);
  if (!taken || !task) return null;
  if ('exhausted' in taken) return { exhausted: taken.exhausted, task };
  return openHold(services, task, taken, shutdown);
}

function openHold(
  services: WorkerServices,
  task: Task,
  { agent, resumed }: { agent: Agent; resumed: boolean },
  shutdown: AbortSignal,
): Hold {
  const { db } = services;
  const proof: LeaseProof = { agentId: agent.id, token: agent.leaseToken };
  const watch = watchHold({ ...services, log: logAbout(services.log, task, agent.id) }, task.id, proof, shutdown);
  const fenced: Hold['change'] = (work) =>
    change(db, async (tx) => {
      if (await holds(tx, proof)) return work(tx);
      const lost = new HoldLost('the agent was taken from this worker');
      watch.abort(lost);
      throw lost;
    });
  return {
    task,
    agent,
    resumed,
    signal: watch.signal,
    wrapUp: watch.wrapUp,
    rest: shutdown,
    change: fenced,
    step: (words) => fenced((tx) => noteStep(tx, agent.id, words)),
    async running() {
      await fenced((tx) => transitionAgent(tx, agent.id, 'running'));
    },
    end: (ending, evidence) => fenced((tx) => endBoth(tx, { agent, host: services.host }, ending, evidence)),
    release: (release) =>
      fenced(async (tx) => {
        await releaseAgent(tx, proof, release);
        await notify(tx, 'sweep');
      }),
    [Symbol.asyncDispose]: watch.stop,
  };
}

async function endBoth(
  tx: Change,
  { agent, host }: { readonly agent: Agent; readonly host: string },
  ending: Ending,
  { clean, doubt = 'none' }: Evidence,
): Promise<void> {
  const { kill } = await stopStateOf(tx, agent.taskId);
  const task = (await findTask(tx, agent.taskId))!;
  const outcome = kill ? killedOutcome(kill, task, doubt) : whereItCanBeSaid(ending.outcome, task);
  const state = kill ? 'killed' : ending.agent;
  await transitionAgent(tx, agent.id, state, state === 'completed' ? null : outcome.message);
  await transitionTask(tx, agent.taskId, kill ? 'killed' : ending.task, { outcome });
  if (clean) await endStay(tx, agent.id, host);
  if (kill) await confirmKill(tx, agent.taskId, clean ? undefined : 'not all of it could be removed');
  await dropCheckpoint(tx, agent.id);
  await notify(tx, 'task');
}

interface Watch {
  readonly signal: AbortSignal;
  readonly wrapUp: AbortSignal;
  abort(reason: Error): void;
  readonly stop: () => Promise<void>;
}

/**
 * Keeps the lease, and listens for requests to stop. A notification is only a hint: every heartbeat looks as well. A worker
 * that cannot reach the database for as long as its lease lasts takes the agent to be lost.
 */
function watchHold(services: WorkerServices, taskId: string, proof: LeaseProof, shutdown: AbortSignal): Watch {
  const { db, notifications, lease, log } = services;
  const control = new AbortController();
  const wrapUp = new AbortController();
  let beaten = Date.now();
  let underWay = false;
  let unanswered = 0;

  async function look(): Promise<void> {
    const { kill, stop } = await stopStateOf(db, taskId);
    if (kill) control.abort(new KillRequested(kill));
    if (stop) wrapUp.abort(stop);
  }
  const giveUp = () => control.abort(new HoldLost('the database was out of reach for longer than the lease'));
  async function beat(): Promise<void> {
    // A connection that hangs is no error. Beats are counted, not seconds: a process that was paused has missed none.
    if (underWay) {
      unanswered += 1;
      if (unanswered * lease.heartbeatMs >= lease.leaseMs) giveUp();
      return;
    }
    underWay = true;
    unanswered = 0;
    try {
      if (!(await heartbeat(db, proof, lease.leaseMs))) control.abort(new HoldLost('the agent was taken from this worker'));
      beaten = Date.now();
      await look();
    } catch (error) {
      log.warn({ err: error }, 'a heartbeat failed');
      if (Date.now() - beaten > lease.leaseMs) giveUp();
    } finally {
      underWay = false;
    }
  }
  const lookNow = () => void look().catch((error: unknown) => log.warn({ err: error }, 'could not look for a request to stop'));
  const offs = [
    notifications.on(`kill:${taskId}`, lookNow),
    notifications.on(`stop:${taskId}`, lookNow),
    notifications.onReconnect(lookNow),
  ];
  const timer = setInterval(() => void beat(), lease.heartbeatMs);
  let drain: NodeJS.Timeout | undefined;
  const onShutdown = () => {
    drain = setTimeout(() => control.abort(new WorkerStopping()), DRAIN_MS);
  };
  if (shutdown.aborted) onShutdown();
  else shutdown.addEventListener('abort', onShutdown, { once: true });
  lookNow();
  return {
    signal: control.signal,
    wrapUp: wrapUp.signal,
    abort: (reason) => control.abort(reason),
    async stop() {
      for (const off of offs) off();
      clearInterval(timer);
      clearTimeout(drain);
      shutdown.removeEventListener('abort', onShutdown);
    },
  };
}

/** Milliseconds. How long a step that is under way may take when the worker is asked to stop. */
const DRAIN_MS = 15_000;
