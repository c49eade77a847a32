import { randomUUID } from 'node:crypto';
import type { Usage } from '../../src/domain/agent.ts';
import type { TaskOutcome } from '../../src/domain/task.ts';
import { noteUsage, takeAgent, transitionAgent } from '../../src/store/agents.ts';
import type { Database } from '../../src/store/database.ts';
import { confirmKill } from '../../src/store/confirm-kill.ts';
import { appendEvent, change, type Change } from '../../src/store/events.ts';
import { endStay } from '../../src/store/stays.ts';
import { createTask, noteOnTask, requestKill, transitionTask } from '../../src/store/tasks.ts';
import { seeded, type Random } from '../chaos/random.ts';
import { ORIGIN } from '../support/origin.ts';

/** An issue of a month that never was. */
export interface PastIssue {
  readonly repository: string;
  readonly number: number;
  readonly title: string;
}

const HOST = 'build-1';

type End = 'completed' | 'failed' | 'killed';

interface PastTask extends PastIssue {
  readonly id: string;
  readonly agentId: string;
  readonly by: string;
  readonly end: End;
  readonly pull: number;
  readonly usage: Usage;
  readonly askedAt: number;
  readonly begunAt: number;
  readonly endedAt: number;
}

/** What happened at one instant, written by the store as if it were now. */
interface Moment {
  readonly task: PastTask;
  readonly at: number;
  readonly happen: (tx: Change) => Promise<unknown>;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PEOPLE = ['ada', 'grace', 'edsger'];
export const WORKER = 'build-1/4121/a1b2c3d4';

/**
 * A month of work that ends some hours ago, the same for the same seed, written in the order of time while no server looks on:
 * nobody works on it and no forge hears of it.
 */
export async function writePast(database: Database, issues: readonly PastIssue[], seed: number): Promise<void> {
  const random = seeded(seed);
  const now = Date.now();
  const tasks = issues.map((issue, index) => pastTask(issue, instantOf(index, issues.length, now), random));
  const moments = tasks.flatMap(momentsOf).sort((a, b) => a.at - b.at);
  for (const { task, at, happen } of moments) {
    const before = await lastEvent(database);
    await change(database.db, happen);
    await database.pool.query('update signalbox.events set at = $1 where seq > $2', [new Date(at), before]);
    await database.pool.query('update signalbox.tasks set updated_at = $1 where id = $2', [new Date(at), task.id]);
  }
  for (const task of tasks) await setTimes(database, task);
  await database.pool.query('update signalbox.reports set done = wanted');
}

/** More lately than long ago. */
function instantOf(index: number, count: number, now: number): number {
  const back = ((count - index) / count) ** 2.2 * 29 * DAY + 100 * MINUTE;
  return now - back;
}

function pastTask(issue: PastIssue, askedAt: number, random: Random): PastTask {
  const costUsd = random.between(18, 320) / 100;
  const begunAt = askedAt + random.between(1, 90) * 1000;
  const tokens = Math.round(costUsd * 420_000);
  const usage = {
    turns: random.between(6, 48),
    inputTokens: Math.round(tokens * 0.08),
    outputTokens: Math.round(tokens * 0.03),
    cacheReadTokens: Math.round(tokens * 0.8),
    cacheWriteTokens: Math.round(tokens * 0.09),
    costUsd,
  };
  return {
    ...issue,
    id: randomUUID(),
    agentId: randomUUID(),
    by: random.pick(PEOPLE),
    end: random.draw<End>([
      ['completed', 13],
      ['failed', 2],
      ['killed', 1],
    ]),
    pull: issue.number + 40,
    usage,
    askedAt,
    begunAt,
    endedAt: begunAt + random.between(180, 1560) * 1000,
  };
}

function momentsOf(task: PastTask): Moment[] {
  const { id, agentId, askedAt, begunAt, endedAt, end } = task;
  const subject = { forge: 'github', repository: task.repository, number: task.number };
  const asking = {
    subjectKind: 'issue',
    origin: ORIGIN,
    askedOn: task.number,
    purpose: 'work',
    agentType: 'worker',
    profile: null,
    priority: 5,
    instruction: null,
  } as const;
  return [
    {
      task,
      at: askedAt,
      happen: (tx) => createTask(tx, { id, cause: `past/${id}`, subject, ...asking, requestedBy: { login: task.by, id: 1 } }),
    },
    { task, at: begunAt, happen: (tx) => begin(tx, task) },
    ...(end === 'completed'
      ? [
          {
            task,
            at: endedAt,
            happen: (tx: Change) => appendEvent(tx, { type: 'task.published', taskId: id, agentId, data: { pullRequest: task.pull } }),
          },
        ]
      : []),
    { task, at: endedAt + 1, happen: (tx) => finish(tx, task) },
  ];
}

async function begin(tx: Change, { id, agentId, title }: PastTask): Promise<void> {
  await transitionTask(tx, id, 'dispatched');
  await takeAgent(tx, { id: agentId, taskId: id, worker: WORKER, host: HOST, model: 'claude-sonnet-5-5', leaseMs: 60 * MINUTE });
  await transitionAgent(tx, agentId, 'running');
  await noteOnTask(tx, id, { title });
}

async function finish(tx: Change, { id, agentId, end, usage, pull }: PastTask): Promise<void> {
  await noteUsage(tx, agentId, usage);
  if (end === 'killed') await requestKill(tx, id, { actor: 'ada', route: 'comment', reason: 'no reason given' });
  await transitionAgent(tx, agentId, end);
  await transitionTask(tx, id, end, { outcome: OUTCOMES[end](pull), ...(end === 'killed' ? {} : { pullRequest: pull }) });
  await endStay(tx, agentId, HOST);
  if (end === 'killed') await confirmKill(tx, id);
}

const OUTCOMES: Readonly<Record<End, (pull: number) => TaskOutcome>> = {
  completed: (pull) => ({
    code: 'published',
    message: `The work is in pull request #${pull}, and all 4 gates passed.`,
    nextStep: `Review #${pull}.`,
  }),
  failed: (pull) => ({ code: 'gates.red', message: `test is red. The work is in the draft pull request #${pull}.`, nextStep: null }),
  killed: () => ({ code: 'killed', message: 'Stopped by ada: not needed any more.', nextStep: null }),
};

async function setTimes({ pool }: Database, { id, agentId, askedAt, begunAt, endedAt }: PastTask): Promise<void> {
  await pool.query('update signalbox.tasks set created_at = $1 where id = $2', [new Date(askedAt), id]);
  await pool.query('update signalbox.agents set spawned_at = $1, started_at = $1, ended_at = $2 where id = $3', [
    new Date(begunAt),
    new Date(endedAt),
    agentId,
  ]);
}

async function lastEvent({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ seq: string | null }>('select max(seq) as seq from signalbox.events');
  return Number(rows[0]?.seq ?? 0);
}
