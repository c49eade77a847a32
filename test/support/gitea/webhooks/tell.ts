import type { Happening, Labelling } from '../../forge/server/happening.ts';
import type { Issue, Label, Repository } from '../../forge/server/model.ts';
import { roleOf } from '../../forge/server/roles.ts';
import type { Hub } from '../server/hub.ts';
import { accountView } from '../views/account.ts';
import { commentView, issueView, labelView } from '../views/issue.ts';
import { pullView } from '../views/pull.ts';
import { repositoryView } from '../views/repository.ts';
import { tell } from './emit.ts';
import { tellPush } from './push.ts';
import { tellSubject } from './subject.ts';

/** Gitea's webhooks for what has happened. */
export function tellHooks(hub: Hub, repository: Repository, happening: Happening): void {
  switch (happening.kind) {
    case 'opened':
    case 'closed':
    case 'reopened':
      return tellSubject(hub, repository, happening.issue, happening.by, { action: happening.kind });
    case 'edited':
      return tellEdits(hub, repository, happening);
    case 'labelled':
      return tellLabels(hub, repository, happening);
    case 'head-moved':
      return tellSubject(hub, repository, happening.pull.issue, happening.by, { action: 'synchronized', part: 'sync' });
    case 'commented':
      return tellComment(hub, repository, happening, 'created');
    case 'comment-edited':
      return tellComment(hub, repository, happening, 'edited', { changes: { body: { from: happening.from }, ...NO_LABELS } });
    case 'comment-deleted':
      return tellComment(hub, repository, happening, 'deleted');
    case 'reviewed':
      return tellReview(hub, repository, happening);
    case 'pushed':
      return tellPush(hub, repository, happening.push, happening.by);
    case 'draft-changed':
    case 'branch-settled':
  }
}

/** Wherever changes are told, both lists are there, and empty as Go writes it. */
const NO_LABELS = { added_labels: null, removed_labels: null };

/** One for the title and one for the text. */
function tellEdits(hub: Hub, repository: Repository, { issue, by, changes }: Extract<Happening, { kind: 'edited' }>): void {
  const { title, body } = changes;
  if (title) tellSubject(hub, repository, issue, by, { action: 'edited', extra: { changes: { title, ...NO_LABELS } } });
  if (body) tellSubject(hub, repository, issue, by, { action: 'edited', extra: { changes: { body, ...NO_LABELS } } });
}

/**
 * Also where nothing changed. What is told of the labels is what was asked for, and not what came of it: labels that were on
 * already are among those added, and a replacement tells all that were there as removed.
 */
function tellLabels(hub: Hub, repository: Repository, { issue, by, labelling }: Extract<Happening, { kind: 'labelled' }>): void {
  const { how, named, before } = labelling;
  const labels = hub.dialect.labels === 'stale' ? before : usualLabels(issue, labelling);
  const views = (list: typeof named) => (list.length === 0 ? null : list.map((label) => labelView(hub, repository, label)));
  const added = how === 'added' || how === 'replaced' ? named : [];
  const removed = how === 'replaced' ? before : named;
  const changes = { added_labels: views(added), removed_labels: views(how === 'added' ? [] : removed) };
  const told = hub.dialect.labelChanges === 'told' && how !== 'cleared';
  const action = how === 'cleared' ? 'label_cleared' : 'label_updated';
  tellSubject(hub, repository, issue, by, { action, part: 'label', labels, extra: told ? { changes } : {} });
}

function usualLabels(issue: Issue, { how, before }: Labelling): readonly Label[] {
  if (how === 'cleared') return before;
  return how === 'replaced' ? [] : issue.labels;
}

type AboutComment = Extract<Happening, { kind: 'commented' | 'comment-edited' | 'comment-deleted' }>;

function tellComment(hub: Hub, repository: Repository, { comment, by }: AboutComment, action: string, extra: object = {}): void {
  const { issue } = comment;
  const role = roleOf(repository, by.login);
  tell(hub, repository, issue.pull ? 'pull_request_comment' : 'issue_comment', {
    action,
    issue: issueView(hub, repository, issue),
    ...(issue.pull ? { pull_request: pullView(hub, repository, issue.pull, role) } : {}),
    comment: commentView(hub, repository, comment),
    ...extra,
    repository: repositoryView(hub, repository, role),
    sender: accountView(hub, by),
    is_pull: issue.pull !== null,
  });
}

const REVIEWS = {
  APPROVED: 'pull_request_review_approved',
  CHANGES_REQUESTED: 'pull_request_review_rejected',
  COMMENTED: 'pull_request_review_comment',
} as const;

/** Without the review's number, and without what it says of lines. */
function tellReview(hub: Hub, repository: Repository, { pull, review, by }: Extract<Happening, { kind: 'reviewed' }>): void {
  const type = REVIEWS[review.state];
  const { user: poster, number } = pull.issue;
  const role = roleOf(repository, poster.login);
  tell(hub, repository, type, {
    action: 'reviewed',
    number,
    pull_request: pullView(hub, repository, pull, role),
    requested_reviewer: accountView(hub, by),
    repository: repositoryView(hub, repository, role),
    sender: accountView(hub, by),
    commit_id: '',
    review: { type, content: review.body },
  });
}
