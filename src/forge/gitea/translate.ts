import { aboutIssue, aboutPull, type About } from '../about.ts';
import type { Happening, Translation } from '../forge.ts';
import { commentKey } from '../keys.ts';
import { readingOf, translateBy, type Handler } from '../translating.ts';
import { toSender } from './accounts.ts';
import type { HandledAction } from './events.ts';
import { closedKey, reviewKey } from './keys.ts';
import * as payloads from './payloads.ts';

const reading = readingOf('Gitea');

const onIssueLabels = reading(payloads.IssueLabels, (p, forge) => labelsChanged(onIssue(p, forge), p.changes));
const onPullLabels = reading(payloads.PullLabels, (p, forge) => labelsChanged(onPull(p, forge), p.changes));
const onIssueCleared = reading(payloads.IssueLabels, (p, forge) => labelsCleared(onIssue(p, forge), p.changes));
const onPullCleared = reading(payloads.PullLabels, (p, forge) => labelsCleared(onPull(p, forge), p.changes));

const onComment = reading(payloads.IssueComment, (p, forge) => {
  const { id, body, created_at: at } = p.comment;
  const about = { ...onIssue(p, forge), ...(p.is_pull ? { subjectKind: 'pull' as const } : {}) };
  return { key: commentKey(id), event: { ...about, kind: 'commented', commentId: id, body, at } };
});

/** A review that approves or comments has an event of its own. */
const onRejection = reading(payloads.Review, (p, forge) => {
  if (!/^(?:pull_request_review_)?rejected$/.test(p.review.type)) return 'a review that requests no changes';
  const { content: body } = p.review;
  return { key: reviewKey(p.pull_request, p.sender.id, body), event: { ...onPull(p, forge), kind: 'changes-requested', body } };
});

/** Labels that something is opened with have an event of their own, so that `opened` asks for nothing. */
const HANDLERS: Readonly<Record<HandledAction, Handler>> = {
  'issues.label_updated': onIssueLabels,
  'issues.label_cleared': onIssueCleared,
  'issues.closed': reading(payloads.AboutIssue, (p, forge) => closed(onIssue(p, forge), p.issue)),
  'pull_request.label_updated': onPullLabels,
  'pull_request.label_cleared': onPullCleared,
  'pull_request.closed': reading(payloads.AboutPull, (p, forge) => closed(onPull(p, forge), p.pull_request)),
  'issue_comment.created': onComment,
  'pull_request_comment.created': onComment,
  'pull_request_rejected.reviewed': onRejection,
  'pull_request_review_rejected.reviewed': onRejection,
};

/** Never throws: a payload that lacks what its event needs is ignored with what is missing. */
export function translate(event: string, payload: unknown, forge: string): Translation {
  return translateBy(HANDLERS, event, payload, forge);
}

function labelsChanged(about: About, changes: payloads.Changes): Happening {
  const added = changes?.added_labels?.map(({ name }) => name) ?? null;
  const removed = changes?.removed_labels?.map(({ name }) => name) ?? null;
  const isTold = added !== null || removed !== null;
  const names = isTold ? { added: added ?? [], removed: removed ?? [] } : { added: null, removed: null };
  return { key: null, event: { kind: 'labels-changed', ...about, ...names } };
}

/** What is cleared was not added to, and the payload still names the labels that are gone. */
function labelsCleared(about: About, changes: payloads.Changes): Happening {
  const removed = changes?.removed_labels?.map(({ name }) => name) ?? null;
  return { key: null, event: { kind: 'labels-changed', ...about, added: [], removed } };
}

function closed(about: About, { number, closed_at: closedAt, updated_at: updatedAt }: payloads.Subject): Happening {
  const at = closedAt ?? updatedAt;
  return { key: closedKey(number, at), event: { kind: 'closed', ...about, at } };
}

function onIssue(p: payloads.AboutIssue, forge: string): About {
  return aboutIssue(p, forge, toSender(p.sender));
}

function onPull(p: payloads.AboutPull, forge: string): About {
  return aboutPull(p, forge, toSender(p.sender));
}
