import { emit } from '../webhooks/emit.ts';
import type { Hub } from '../server/hub.ts';
import { notFound } from '../server/errors.ts';
import { assertBodyFits } from '../server/limits.ts';
import type { Account, Issue, Label, Repository } from '../server/model.ts';
import { issueView, labelView } from '../views/issue.ts';
import { pullView } from '../views/pull.ts';

export interface NewIssue {
  title: string;
  body: string | null;
  user: Account;
  viaApp: boolean;
}

export function findIssue(repository: Repository, number: number): Issue {
  const issue = repository.issues.find((one) => one.number === number);
  if (!issue) throw notFound();
  return issue;
}

/** The part that issues and pull requests share: one row of numbers, no event yet. */
export function addIssue(hub: Hub, repository: Repository, { title, body, user, viaApp }: NewIssue): Issue {
  const at = hub.timestamp();
  const issue: Issue = {
    id: hub.nextId(),
    number: repository.issues.length + 1,
    title,
    body,
    user,
    viaApp,
    state: 'open',
    stateReason: null,
    labels: [],
    comments: [],
    reactions: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    pull: null,
  };
  repository.issues.push(issue);
  return issue;
}

/** With labels, GitHub sends `opened` and then one `labeled` for each, all by whoever opened it. */
export function openIssue(hub: Hub, repository: Repository, fields: NewIssue, labels: Label[]): Issue {
  assertBodyFits('Issue', fields.body);
  const issue = addIssue(hub, repository, fields);
  issue.labels = [...labels];
  emitIssue(hub, repository, issue, 'opened', fields.user);
  for (const label of labels) emitIssue(hub, repository, issue, 'labeled', fields.user, { label: labelView(hub, repository, label) });
  return issue;
}

/** An event of an issue, or of the pull request that it is half of. */
export function emitIssue(hub: Hub, repository: Repository, issue: Issue, action: string, sender: Account, extra: object = {}): void {
  if (!issue.pull) {
    emit(hub, repository, 'issues', sender, { action, issue: issueView(hub, repository, issue), ...extra });
    return;
  }
  const pull = pullView(hub, repository, issue.pull);
  emit(hub, repository, 'pull_request', sender, { action, number: issue.number, pull_request: pull, ...extra });
}

export function editIssue(
  hub: Hub,
  repository: Repository,
  issue: Issue,
  edit: { title?: string; body?: string | null },
  sender: Account,
): void {
  assertBodyFits(issue.pull ? 'PullRequest' : 'Issue', edit.body);
  const changes: { title?: { from: string }; body?: { from: string } } = {};
  if (edit.title !== undefined && edit.title !== issue.title) {
    changes.title = { from: issue.title };
    issue.title = edit.title;
  }
  if (edit.body !== undefined && edit.body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.body = edit.body;
  }
  if (Object.keys(changes).length === 0) return;
  issue.updatedAt = hub.timestamp();
  emitIssue(hub, repository, issue, 'edited', sender, { changes });
}

export function setIssueState(
  hub: Hub,
  repository: Repository,
  issue: Issue,
  state: Issue['state'],
  sender: Account,
  reason: Issue['stateReason'] = null,
): void {
  if (issue.state === state) return;
  const closed = state === 'closed';
  issue.state = state;
  issue.updatedAt = hub.timestamp();
  issue.closedAt = closed ? issue.updatedAt : null;
  issue.closedBy = closed ? sender : null;
  issue.stateReason = issue.pull ? null : (reason ?? (closed ? 'completed' : 'reopened'));
  emitIssue(hub, repository, issue, closed ? 'closed' : 'reopened', sender);
}
