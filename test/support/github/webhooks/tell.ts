import type { Happening } from '../../forge/server/happening.ts';
import type { Account, Comment, Issue, Repository } from '../../forge/server/model.ts';
import { emitSuite, suiteFor } from '../behaviour/checks.ts';
import type { Hub } from '../server/hub.ts';
import { commentView, issueView, labelView } from '../views/issue.ts';
import { pullView, reviewView, simplePullView } from '../views/pull.ts';
import { emit } from './emit.ts';
import { pushPayload } from './push.ts';

/** GitHub's webhooks for what has happened. */
export function tellApp(hub: Hub, repository: Repository, happening: Happening): void {
  const { by } = happening;
  switch (happening.kind) {
    case 'opened':
    case 'closed':
    case 'reopened':
      return emitIssue(hub, repository, happening.issue, happening.kind, by);
    case 'edited':
      return emitIssue(hub, repository, happening.issue, 'edited', by, { changes: happening.changes });
    case 'labelled':
      return emitLabels(hub, repository, happening);
    case 'draft-changed': {
      const { draft, issue } = happening.pull;
      return emitIssue(hub, repository, issue, draft ? 'converted_to_draft' : 'ready_for_review', by);
    }
    case 'head-moved': {
      const { pull, before, after } = happening;
      return emitIssue(hub, repository, pull.issue, 'synchronize', by, { before, after });
    }
    case 'commented':
      return emitComment(hub, repository, happening.comment, 'created', by);
    case 'comment-edited':
      return emitComment(hub, repository, happening.comment, 'edited', by, { changes: { body: { from: happening.from } } });
    case 'comment-deleted':
      return emitComment(hub, repository, happening.comment, 'deleted', by);
    case 'reviewed':
      return emitReview(hub, repository, happening);
    case 'pushed':
      return emit(hub, repository, 'push', by, pushPayload(hub, repository, happening.push, by));
    case 'branch-settled': {
      const suite = suiteFor(hub, repository, happening.head.sha);
      suite.headBranch ??= happening.branch;
      return emitSuite(hub, repository, suite, happening.head, 'requested', by);
    }
  }
}

/** An event of an issue, or of the pull request that it is half of. */
function emitIssue(hub: Hub, repository: Repository, issue: Issue, action: string, by: Account, extra: object = {}): void {
  if (!issue.pull) {
    emit(hub, repository, 'issues', by, { action, issue: issueView(hub, repository, issue), ...extra });
    return;
  }
  const pull = pullView(hub, repository, issue.pull);
  emit(hub, repository, 'pull_request', by, { action, number: issue.number, pull_request: pull, ...extra });
}

/** One for each label that went off or on. */
function emitLabels(hub: Hub, repository: Repository, { issue, by, labelling }: Extract<Happening, { kind: 'labelled' }>): void {
  for (const label of labelling.removed) {
    emitIssue(hub, repository, issue, 'unlabeled', by, { label: labelView(hub, repository, label) });
  }
  for (const label of labelling.added) emitIssue(hub, repository, issue, 'labeled', by, { label: labelView(hub, repository, label) });
}

function emitComment(hub: Hub, repository: Repository, comment: Comment, action: string, by: Account, extra: object = {}): void {
  const issue = issueView(hub, repository, comment.issue);
  emit(hub, repository, 'issue_comment', by, { action, ...extra, issue, comment: commentView(hub, repository, comment) });
}

/** Webhooks write the state in lower case, the REST API in upper case. */
function emitReview(hub: Hub, repository: Repository, { pull, review }: Extract<Happening, { kind: 'reviewed' }>): void {
  const view = reviewView(hub, repository, pull, review);
  emit(hub, repository, 'pull_request_review', review.user, {
    action: 'submitted',
    review: { ...view, state: view.state.toLowerCase(), body: view.body === '' ? null : view.body },
    pull_request: simplePullView(hub, repository, pull),
  });
}
