import { randomUUID } from 'node:crypto';
import type { Task } from '../src/domain/task.ts';
import { change, notify, type Change } from '../src/store/events.ts';
import { heartbeat, noteStep, spawnAgent, transitionAgent, type Agent } from '../src/store/agents.ts';
import { findTask, killRequestOf, transitionTask } from '../src/store/tasks.ts';
import type { KillRequest } from '../src/store/schema.ts';
import { killedOutcome } from '../src/tasks/kill.ts';
import type { Ending } from './outcome.ts';
import type { WorkerServices } from './services.ts';

/** Milliseconds. Three heartbeats may be lost before somebody else takes the agent to be without a worker. */
export const HEARTBEAT_MS = 5_000;
export const LEASE_MS = 30_000;

/** The reason of an aborted hold: somebody asked for a stop. */
export class KillRequested extends Error {
  readonly request: KillRequest;
  constructor(request: KillRequest) {
    super(`killed by ${request.actor}: ${request.reason}`);
    this.name = 'KillRequested';
    this.request = request;
  }
}

/** The reason of an aborted hold: the agent is not this worker's any more, or this worker stops. */
export class HoldLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HoldLost';
  }
}

/** One agent, held by this worker. Its signal ends everything that is done for it. */
export interface Hold extends AsyncDisposable {
  readonly task: Task;
  readonly agent: Agent;
  readonly signal: AbortSignal;
  /** Says what is done next, where people look. */
  step(words: string): Promise<void>;
  /** The agent's own work begins. */
  running(): Promise<void>;
  /**
   * Both machines end, in one transaction: as killed, when somebody asked for a stop before it, and otherwise as said.
   * `pushing`: the push was cut off. false when somebody else has ended them.
   */
  end(ending: Ending, pushing?: boolean): Promise<boolean>;
}

/**
 * Takes a task that waits in the queue. null: it is over, or somebody else has it, or it was asked to stop.
 * A request to stop aborts the signal within a notification's time; nothing that runs for the agent is waited for.
 */
export async function takeTask(services: WorkerServices, taskId: string, shutdown: AbortSignal): Promise<Hold | null> {
  const { db, workerId, model, notifications, log } = services;
  const wish = { id: randomUUID(), taskId, worker: workerId, model: model.name, leaseMs: LEASE_MS };
  const agent = await change(db, (tx) => spawnAgent(tx, wish));
  const task = await findTask(db, taskId);
  if (!agent || !task) return null;

  const control = new AbortController();
  const lookForKill = () =>
    void killRequestOf(db, taskId).then(
      (request) => request && control.abort(new KillRequested(request)),
      (error: unknown) => log.warn({ err: error, task: taskId }, 'could not look for a request to stop'),
    );
  const beat = async () => {
    const kept = await heartbeat(db, agent.id, workerId, LEASE_MS).catch(() => true);
    if (!kept) control.abort(new HoldLost('the agent was taken from this worker'));
  };
  const offKill = notifications.on(`kill:${taskId}`, lookForKill);
  const offReconnect = notifications.onReconnect(lookForKill);
  const timer = setInterval(() => void beat(), HEARTBEAT_MS);
  const onShutdown = () => control.abort(new HoldLost('this worker is stopping'));
  shutdown.addEventListener('abort', onShutdown, { once: true });
  if (shutdown.aborted) onShutdown();
  lookForKill();

  return {
    task,
    agent,
    signal: control.signal,
    step: (words) => change(db, (tx) => noteStep(tx, agent.id, words)),
    async running() {
      await change(db, (tx) => transitionAgent(tx, agent.id, 'running'));
    },
    end: (ending, pushing = false) => change(db, (tx) => endBoth(tx, agent, ending, pushing)),
    async [Symbol.asyncDispose]() {
      offKill();
      offReconnect();
      clearInterval(timer);
      shutdown.removeEventListener('abort', onShutdown);
    },
  };
}

async function endBoth(tx: Change, agent: Agent, ending: Ending, pushing: boolean): Promise<boolean> {
  const kill = await killRequestOf(tx, agent.taskId);
  const outcome = kill ? killedOutcome(kill, await findTask(tx, agent.taskId), pushing) : ending.outcome;
  const agentState = kill ? 'killed' : ending.agent;
  if (!(await transitionAgent(tx, agent.id, agentState, agentState === 'completed' ? null : outcome.message))) return false;
  await notify(tx, 'task');
  return transitionTask(tx, agent.taskId, kill ? 'killed' : ending.task, { outcome });
}
