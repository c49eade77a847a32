import { isOnForge, type SubjectRef, type Task } from '../domain/task.ts';
import { messageOf, SignalboxError } from '../errors.ts';
import type { CheckWish, Forge, ReviewWish } from '../forge/forge.ts';
import { logAbout, type Logger } from '../log.ts';
import { startLoop } from '../loop.ts';
import type { Db } from '../store/database.ts';
import type { Notifications } from '../store/notifications.ts';
import {
  claimReports,
  finishReport,
  isOvertaken,
  nextReportIn,
  noteReport,
  postponeReport,
  renewReport,
  type Report,
} from '../store/reports.ts';
import { findTask } from '../store/tasks.ts';
import { whileRenewing } from '../store/while-renewing.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { checksOf, reviewOf } from './checks.ts';
import { renderStatus, type Links } from './status-text.ts';
import { viewOf } from './view.ts';

export interface ReporterOptions {
  readonly db: Db;
  readonly notifications: Notifications;
  readonly forges: readonly Forge[];
  readonly links: Links;
  readonly log: Logger;
  readonly tracing: Tracing;
  /** Milliseconds between two writes about the same task: many changes become one edit. */
  readonly restMs: number;
}

const AT_ONCE = 8;
/** Milliseconds. A server that dies over a report leaves it to the next one after this; one that lives keeps it. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
const LONGEST_DELAY_MS = 600_000;

/**
 * Makes the forge's pages show what the database says, until disposed. It looks at where a task stands, not at what
 * happened to it, so that a report that was missed, repeated or interrupted ends up right all the same.
 */
export function startReporter(options: ReporterOptions): AsyncDisposable {
  return startLoop({ name: 'reports', topic: 'report', everyMs: 2000, ...options }, async () => {
    const due = await claimReports(options.db, AT_ONCE, LEASE_MS);
    await Promise.all(due.map((report) => reportOne(options, report)));
    return (await nextReportIn(options.db)) ?? 'wait';
  });
}

async function reportOne(options: ReporterOptions, report: Report): Promise<void> {
  let log = options.log.child({ task: report.taskId });
  try {
    const task = await findTask(options.db, report.taskId);
    if (task) log = logAbout(options.log, task);
    const forge = options.forges.find((candidate) => candidate.name === task?.subject.forge);
    const renew = () => renewReport(options.db, report.taskId, LEASE_MS);
    const mine = { ...options, log };
    if (task && forge) {
      const attributes = { 'signalbox.task': task.id, 'signalbox.forge': forge.name, 'signalbox.state': task.state };
      await options.tracing.span('report', { parent: task.origin.traceParent, attributes }, () =>
        whileRenewing(RENEW_MS, renew, () => writeReport(mine, forge, task, report)),
      );
    }
    await finishReport(options.db, report.taskId, report.wanted, options.restMs);
  } catch (error) {
    log.warn({ err: error, attempts: report.attempts }, 'a report was postponed');
    await postponeReport(options.db, report.taskId, messageOf(error), Math.min(1000 * 2 ** report.attempts, LONGEST_DELAY_MS));
  }
}

async function writeReport(options: ReporterOptions, forge: Forge, task: Task, report: Report): Promise<void> {
  const view = await viewOf(options.db, task);
  const body = renderStatus(view, options.links);
  const place = placeOf(task);
  if (place && body !== report.commentBody) await unlessRefused(options.log, () => writeComment(options.db, forge, place, report, body));
  const checks = { ...report.checks };
  for (const wish of checksOf(view, options.links)) {
    // What was overtaken meanwhile, by a kill above all, is not begun any more: the next report has the newer state.
    if (wish.status !== 'completed' && (await isOvertaken(options.db, report))) return;
    await unlessRefused(options.log, () => writeCheck(options.db, forge, task, wish, checks));
  }
  const review = forge.ensureReview ? reviewOf(view, options.links) : null;
  if (review) await unlessRefused(options.log, () => writeReview(options.db, forge, task, review, checks));
}

/** Where people look: where it was asked for, or the pull request that came of it. null: there is no such place yet. */
function placeOf({ subject, askedOn, pullRequest }: Task): SubjectRef | null {
  const number = isOnForge({ number: askedOn }) ? askedOn : pullRequest;
  return number === null ? null : { ...subject, number };
}

async function writeComment(db: Db, forge: Forge, place: SubjectRef, { taskId, commentId: knownId }: Report, body: string): Promise<void> {
  const comment = await forge.ensureComment(place, { key: `task:${taskId}`, body, knownId });
  await noteReport(db, taskId, { commentId: comment.id, commentBody: body });
}

/** `checks` is what the forge shows, and gets this one. */
async function writeCheck(db: Db, forge: Forge, task: Task, wish: CheckWish, checks: Report['checks']): Promise<void> {
  const key = `${wish.sha} ${wish.name}`;
  const text = textOf(wish);
  if (checks[key]?.body === text) return;
  const { id } = await forge.ensureCheck({ ...wish, knownId: checks[key]?.id ?? null });
  checks[key] = { id, body: text };
  await noteReport(db, task.id, { checks });
}

/** One for a commit, however often the task is reported. */
async function writeReview(db: Db, forge: Forge, task: Task, review: ReviewWish, checks: Report['checks']): Promise<void> {
  const key = `${review.sha} review`;
  if (!forge.ensureReview || checks[key]) return;
  const { id } = await forge.ensureReview(review);
  checks[key] = { id, body: review.body };
  await noteReport(db, task.id, { checks });
}

/** What the forge refuses for good, as a comment in a locked conversation, keeps nothing else from being shown. */
async function unlessRefused(log: Logger, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.retryable) throw error;
    log.error({ err: error }, 'a part of a report was given up: the forge refuses it');
  }
}

function textOf(wish: CheckWish): string {
  return JSON.stringify([wish.status, wish.conclusion, wish.title, wish.summary]);
}
