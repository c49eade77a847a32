import { and, asc, desc, eq, inArray, or, sql } from 'drizzle-orm';
import { TASK_STATES, TASK_TRANSITIONS, type SubjectRef, type Task, type TaskState } from '../domain/task.ts';
import type { Db } from './database.ts';
import { appendEvent, notify, type Change } from './events.ts';
import { tasks, type StopRequest } from './schema.ts';

type Row = typeof tasks.$inferSelect;

export type NewTask = Pick<
  Task,
  'subject' | 'subjectKind' | 'askedOn' | 'origin' | 'purpose' | 'agentType' | 'profile' | 'priority' | 'instruction' | 'requestedBy'
> &
  Partial<Pick<Task, 'limits' | 'branch' | 'baseBranch' | 'pullRequest' | 'headSha' | 'continues'>> & {
    readonly id: string;
    /** The id of its first agent, for who is told it in advance. */
    readonly firstAgent?: string;
    /** What asked for it: the same cause never makes a second task. */
    readonly cause: string;
  };

export type Creation = { readonly created: Task } | { readonly same: Task } | { readonly busy: Task };

const LIVE: readonly TaskState[] = ['pending', 'dispatched', 'running'];

/**
 * Makes a task, once per cause. `same`: this cause made it before. `busy`: the subject has another task that is not over,
 * and nothing was made.
 */
export async function createTask(tx: Change, wish: NewTask): Promise<Creation> {
  const same = await one(tx.select().from(tasks).where(eq(tasks.cause, wish.cause)));
  if (same) return { same };
  const busy = await liveTaskOf(tx, wish.subject);
  if (busy) return { busy };
  const [row] = await tx
    .insert(tasks)
    .values({
      id: wish.id,
      cause: wish.cause,
      ...wish.origin,
      ...wish.subject,
      subjectKind: wish.subjectKind,
      askedOn: wish.askedOn,
      purpose: wish.purpose,
      agentType: wish.agentType,
      profile: wish.profile,
      priority: wish.priority,
      limits: wish.limits ?? null,
      instruction: wish.instruction,
      requestedByLogin: wish.requestedBy.login,
      requestedById: wish.requestedBy.id,
      branch: wish.branch ?? null,
      baseBranch: wish.baseBranch ?? null,
      pullRequest: wish.pullRequest ?? null,
      headSha: wish.headSha ?? null,
      continues: wish.continues ?? null,
      firstAgent: wish.firstAgent ?? null,
      state: 'pending',
    })
    .returning();
  await appendEvent(tx, {
    type: 'task.pending',
    taskId: wish.id,
    data: { cause: wish.cause, by: wish.requestedBy.login, purpose: wish.purpose },
  });
  await notify(tx, 'task');
  return { created: toTask(row!) };
}

/** For work that is about nothing on the forge, so that it is one piece of work all the same. Changes take turns. */
export async function numberOfItsOwn(tx: Change, forge: string, repository: string): Promise<number> {
  const [row] = await tx
    .select({ least: sql<number>`least(0, min(${tasks.number}))` })
    .from(tasks)
    .where(and(eq(tasks.forge, forge), eq(tasks.repository, repository)));
  return (row?.least ?? 0) - 1;
}

/** What may be noted on a task while its state changes, or between changes. */
export type TaskPatch = Partial<Pick<Task, 'title' | 'branch' | 'baseBranch' | 'pullRequest' | 'headSha' | 'outcome'>>;

/**
 * Moves a task to a state, if it is in one that leads there. false: it is not, because somebody was faster; nothing
 * was changed then.
 */
export async function transitionTask(tx: Change, id: string, to: TaskState, patch: TaskPatch = {}): Promise<boolean> {
  const from = TASK_STATES.filter((state) => TASK_TRANSITIONS[state].includes(to));
  const moved = await tx
    .update(tasks)
    .set({ ...patch, state: to, updatedAt: new Date() })
    .where(and(eq(tasks.id, id), inArray(tasks.state, from)))
    .returning({ id: tasks.id });
  if (moved.length === 0) return false;
  await appendEvent(tx, { type: `task.${to}`, taskId: id, data: patch.outcome ? { outcome: patch.outcome } : {} });
  return true;
}

/** Notes facts on a task that is not over; false when it is. */
export async function noteOnTask(db: Db, id: string, patch: TaskPatch): Promise<boolean> {
  const noted = await db
    .update(tasks)
    .set({ ...patch, updatedAt: new Date() })
    .where(and(eq(tasks.id, id), inArray(tasks.state, [...LIVE])))
    .returning({ id: tasks.id });
  return noted.length > 0;
}

/** Writes the wish to stop at once down and wakes the worker that holds the task. The first wish stands. null: the task is over. */
export async function requestKill(tx: Change, id: string, request: StopRequest): Promise<{ state: TaskState; first: boolean } | null> {
  const [row] = await tx.select().from(tasks).where(eq(tasks.id, id)).for('update');
  if (!row || !LIVE.includes(row.state)) return null;
  if (row.killRequestedAt) return { state: row.state, first: false };
  await tx
    .update(tasks)
    .set({ killRequestedAt: sql`now()`, killRequest: request })
    .where(eq(tasks.id, id));
  await appendEvent(tx, { type: 'task.kill-requested', taskId: id, data: { ...request } });
  await notify(tx, `kill:${id}`);
  return { state: row.state, first: true };
}

/** As `requestKill`, for the polite form: the agent may wrap up, and what it has is published. */
export async function requestStop(tx: Change, id: string, request: StopRequest): Promise<{ state: TaskState; first: boolean } | null> {
  const [row] = await tx.select().from(tasks).where(eq(tasks.id, id)).for('update');
  if (!row || !LIVE.includes(row.state)) return null;
  if (row.stopRequestedAt) return { state: row.state, first: false };
  await tx
    .update(tasks)
    .set({ stopRequestedAt: sql`now()`, stopRequest: request })
    .where(eq(tasks.id, id));
  await appendEvent(tx, { type: 'task.stop-requested', taskId: id, data: { ...request } });
  await notify(tx, `stop:${id}`);
  return { state: row.state, first: true };
}

export interface StopState {
  readonly kill: StopRequest | null;
  readonly killRequestedAt: Date | null;
  readonly killConfirmedAt: Date | null;
  readonly stop: StopRequest | null;
  readonly stopRequestedAt: Date | null;
}

export async function stopStateOf(db: Db, id: string): Promise<StopState> {
  const { killRequest: kill, killRequestedAt, killConfirmedAt, stopRequest: stop, stopRequestedAt } = tasks;
  const [row] = await db.select({ kill, killRequestedAt, killConfirmedAt, stop, stopRequestedAt }).from(tasks).where(eq(tasks.id, id));
  return row ?? { kill: null, killRequestedAt: null, killConfirmedAt: null, stop: null, stopRequestedAt: null };
}

/** Running tasks whose kill was asked for at least `olderThanMs` ago. */
export async function unconfirmedKills(db: Db, olderThanMs: number): Promise<{ id: string; request: StopRequest }[]> {
  const rows = await db
    .select({ id: tasks.id, request: tasks.killRequest })
    .from(tasks)
    .where(and(eq(tasks.state, 'running'), sql`${tasks.killRequestedAt} <= now() - ${olderThanMs} * interval '1 millisecond'`));
  return rows.flatMap(({ id, request }) => (request ? [{ id, request }] : []));
}

export async function findTask(db: Db, id: string): Promise<Task | null> {
  return one(db.select().from(tasks).where(eq(tasks.id, id)));
}

/** The task of a subject that is not over. A pull request that a task opened is that task's subject as well. */
export async function liveTaskOf(db: Db, subject: SubjectRef): Promise<Task | null> {
  return one(
    db
      .select()
      .from(tasks)
      .where(and(about(subject), inArray(tasks.state, [...LIVE])))
      .orderBy(desc(tasks.createdAt))
      .limit(1),
  );
}

/** The newest task of a subject, over or not. */
export async function latestTaskOf(db: Db, subject: SubjectRef, purpose?: Task['purpose']): Promise<Task | null> {
  return one(
    db
      .select()
      .from(tasks)
      .where(and(about(subject), purpose ? eq(tasks.purpose, purpose) : undefined))
      .orderBy(desc(tasks.createdAt))
      .limit(1),
  );
}

/** The newest task that put this commit on the forge. */
export async function taskOfCommit(db: Db, forge: string, repository: string, sha: string): Promise<Task | null> {
  return one(
    db
      .select()
      .from(tasks)
      .where(and(eq(tasks.forge, forge), eq(tasks.repository, repository), eq(tasks.headSha, sha)))
      .orderBy(desc(tasks.createdAt))
      .limit(1),
  );
}

export async function tasksIn(db: Db, states: readonly TaskState[], limit: number): Promise<Task[]> {
  const rows = await db
    .select()
    .from(tasks)
    .where(inArray(tasks.state, [...states]))
    .orderBy(asc(tasks.priority), asc(tasks.createdAt))
    .limit(limit);
  return rows.map(toTask);
}

function about(subject: SubjectRef) {
  return and(
    eq(tasks.forge, subject.forge),
    eq(tasks.repository, subject.repository),
    or(eq(tasks.number, subject.number), eq(tasks.pullRequest, subject.number)),
  );
}

async function one(query: Promise<Row[]>): Promise<Task | null> {
  const [row] = await query;
  return row ? toTask(row) : null;
}

export function toTask(row: Row): Task {
  const { forge, repository, number, requestedByLogin, requestedById, requestId, traceParent } = row;
  return {
    id: row.id,
    subject: { forge, repository, number },
    subjectKind: row.subjectKind,
    askedOn: row.askedOn,
    origin: { requestId, traceParent },
    title: row.title,
    purpose: row.purpose,
    agentType: row.agentType,
    profile: row.profile,
    priority: row.priority,
    limits: row.limits,
    instruction: row.instruction,
    requestedBy: { login: requestedByLogin, id: requestedById },
    branch: row.branch,
    baseBranch: row.baseBranch,
    pullRequest: row.pullRequest,
    headSha: row.headSha,
    state: row.state,
    outcome: row.outcome,
    continues: row.continues,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
