import { aboutIssue, aboutPull, type About } from '../about.ts';
import type { ForgeEvent, Happening, Translation } from '../forge.ts';
import { commentKey } from '../keys.ts';
import { readingOf, translateBy, type Handler } from '../translating.ts';
import { toSender } from './accounts.ts';
import type { HandledAction } from './events.ts';
import * as payloads from './payloads.ts';

const reading = readingOf('GitHub');

const HANDLERS: Readonly<Record<HandledAction, Handler>> = {
  'issues.labeled': reading(payloads.IssueLabel, (p, forge) => unkeyed({ kind: 'label-added', label: p.label.name, ...onIssue(p, forge) })),
  'issues.unlabeled': reading(payloads.IssueLabel, (p, forge) =>
    unkeyed({ kind: 'label-removed', label: p.label.name, ...onIssue(p, forge) }),
  ),
  'issues.closed': reading(payloads.AboutIssue, (p, forge) => unkeyed({ kind: 'closed', ...onIssue(p, forge) })),
  'pull_request.labeled': reading(payloads.PullLabel, (p, forge) =>
    unkeyed({ kind: 'label-added', label: p.label.name, ...onPull(p, forge) }),
  ),
  'pull_request.unlabeled': reading(payloads.PullLabel, (p, forge) =>
    unkeyed({ kind: 'label-removed', label: p.label.name, ...onPull(p, forge) }),
  ),
  'pull_request.closed': reading(payloads.AboutPull, (p, forge) => unkeyed({ kind: 'closed', ...onPull(p, forge) })),
  'issue_comment.created': reading(payloads.IssueComment, (p, forge) => {
    const { id, body, created_at: at } = p.comment;
    return { key: commentKey(id), event: { ...onIssue(p, forge), kind: 'commented', commentId: id, body, at } };
  }),
  'pull_request_review.submitted': reading(payloads.Review, (p, forge) => {
    const { id, body, state, submitted_at: at } = p.review;
    if (state.toLowerCase() !== 'changes_requested') return 'a review that requests no changes';
    return { key: `review/${id}`, event: { ...onPull(p, forge), kind: 'changes-requested', body, at } };
  }),
  'check_run.rerequested': reading(payloads.CheckRun, (p, forge) =>
    rerequested(p, forge, p.check_run.head_sha, p.check_run.external_id === '' ? null : p.check_run.external_id),
  ),
  'check_suite.rerequested': reading(payloads.CheckSuite, (p, forge) => rerequested(p, forge, p.check_suite.head_sha, null)),
};

/** Never throws: a payload that lacks what its event needs is ignored with what is missing. */
export function translate(event: string, payload: unknown, forge: string): Translation {
  return translateBy(HANDLERS, event, payload, forge);
}

/** GitHub keeps a delivery's id when it sends it again. */
function unkeyed(event: ForgeEvent): Happening {
  return { key: null, event };
}

function onIssue(p: payloads.AboutIssue, forge: string): About {
  return aboutIssue(p, forge, toSender(p.sender));
}

function onPull(p: payloads.AboutPull, forge: string): About {
  return aboutPull(p, forge, toSender(p.sender));
}

function rerequested(p: payloads.Common, forge: string, headSha: string, externalId: string | null): Happening {
  const repository = p.repository.full_name;
  return unkeyed({ kind: 'check-rerequested', forge, repository, headSha, externalId, sender: toSender(p.sender) });
}
