import type { z } from 'zod';
import type { ForgeEvent, Translation } from '../forge.ts';
import { toSender } from './accounts.ts';
import type { HandledAction } from './events.ts';
import * as payloads from './payloads.ts';

type Handler = (payload: unknown, forge: string) => Translation;

const HANDLERS: Readonly<Record<HandledAction, Handler>> = {
  'issues.labeled': reading(payloads.IssueLabel, (p, forge) => ({ kind: 'label-added', label: p.label.name, ...issueEvent(p, forge) })),
  'issues.unlabeled': reading(payloads.IssueLabel, (p, forge) => ({ kind: 'label-removed', label: p.label.name, ...issueEvent(p, forge) })),
  'issues.closed': reading(payloads.IssueClosed, (p, forge) => ({ kind: 'closed', ...issueEvent(p, forge) })),
  'pull_request.labeled': reading(payloads.PullLabel, (p, forge) => ({ kind: 'label-added', label: p.label.name, ...pullEvent(p, forge) })),
  'pull_request.unlabeled': reading(payloads.PullLabel, (p, forge) => ({
    kind: 'label-removed',
    label: p.label.name,
    ...pullEvent(p, forge),
  })),
  'pull_request.closed': reading(payloads.PullClosed, (p, forge) => ({ kind: 'closed', ...pullEvent(p, forge) })),
  'issue_comment.created': reading(payloads.IssueComment, (p, forge) => ({
    kind: 'commented',
    commentId: p.comment.id,
    body: p.comment.body,
    ...issueEvent(p, forge),
  })),
  'pull_request_review.submitted': reading(payloads.Review, (p, forge) =>
    p.review.state.toLowerCase() === 'changes_requested'
      ? { kind: 'changes-requested', reviewId: p.review.id, body: p.review.body, ...pullEvent(p, forge) }
      : 'a review that requests no changes',
  ),
  'check_run.rerequested': reading(payloads.CheckRun, (p, forge) =>
    rerequested(p, forge, p.check_run.head_sha, p.check_run.external_id === '' ? null : p.check_run.external_id),
  ),
  'check_suite.rerequested': reading(payloads.CheckSuite, (p, forge) => rerequested(p, forge, p.check_suite.head_sha, null)),
};

/** Never throws: a payload that lacks what its event needs is ignored with what is missing. */
export function translate(event: string, payload: unknown, forge: string): Translation {
  const parsed = payloads.WithAction.safeParse(payload);
  const name = parsed.success ? `${event}.${parsed.data.action}` : event;
  const handler = isHandled(name) ? HANDLERS[name] : null;
  return handler === null ? { ignored: `${printable(name)} asks for nothing` } : handler(payload, forge);
}

function isHandled(name: string): name is HandledAction {
  return Object.hasOwn(HANDLERS, name);
}

/** Event and action come from outside, and the reason ends in a log and on a page. */
function printable(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 100);
}

function reading<T>(schema: z.ZodType<T>, read: (payload: T, forge: string) => ForgeEvent | string): Handler {
  return (payload, forge) => {
    const parsed = schema.safeParse(payload);
    if (!parsed.success) return { ignored: `the payload is not what GitHub documents: ${faults(parsed.error)}` };
    const result = read(parsed.data, forge);
    return typeof result === 'string' ? { ignored: result } : { event: result };
  };
}

function faults(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`)
    .join('; ');
}

function issueEvent(p: payloads.Common & { issue: { number: number; pull_request?: object | null } }, forge: string) {
  const subjectKind = p.issue.pull_request ? ('pull' as const) : ('issue' as const);
  return { subject: subject(p, forge, p.issue.number), subjectKind, sender: toSender(p.sender) };
}

function pullEvent(p: payloads.Common & { pull_request: { number: number } }, forge: string) {
  return { subject: subject(p, forge, p.pull_request.number), subjectKind: 'pull' as const, sender: toSender(p.sender) };
}

function rerequested(p: payloads.Common, forge: string, headSha: string, externalId: string | null): ForgeEvent {
  const repository = p.repository.full_name;
  return { kind: 'check-rerequested', forge, repository, headSha, externalId, sender: toSender(p.sender) };
}

function subject(p: payloads.Common, forge: string, number: number) {
  return { forge, repository: p.repository.full_name, number };
}
