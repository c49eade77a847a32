import { notFound } from '../server/errors.ts';
import type { Changes } from '../server/happening.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Issue, Label, Repository } from '../server/model.ts';
import { assertBodyFits } from './bodies.ts';

export interface NewIssue {
  title: string;
  body: string | null;
  user: Account;
}

export function findIssue(repository: Repository, number: number): Issue {
  const issue = repository.issues.find((one) => one.number === number);
  if (!issue) throw notFound();
  return issue;
}

/** The part that issues and pull requests share: one row of numbers, nothing reported yet. */
export function addIssue(hub: ForgeHub, repository: Repository, { title, body, user }: NewIssue): Issue {
  const at = hub.timestamp();
  const issue: Issue = {
    id: hub.nextId(),
    number: repository.issues.length + 1,
    title,
    body,
    user,
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

/** With labels it is opened, and then labelled, both by whoever opened it. */
export function openIssue(hub: ForgeHub, repository: Repository, fields: NewIssue, labels: Label[]): Issue {
  assertBodyFits(hub, 'issue', fields.body);
  const issue = addIssue(hub, repository, fields);
  issue.labels = [...labels];
  hub.report(repository, { kind: 'opened', issue, by: fields.user });
  reportFirstLabels(hub, repository, issue);
  return issue;
}

export function reportFirstLabels(hub: ForgeHub, repository: Repository, issue: Issue): void {
  const { labels, user: by } = issue;
  if (labels.length === 0) return;
  const labelling = { how: 'added', named: labels, before: [], added: labels, removed: [] } as const;
  hub.report(repository, { kind: 'labelled', issue, by, labelling });
}

export function editIssue(
  hub: ForgeHub,
  repository: Repository,
  issue: Issue,
  edit: { title?: string; body?: string | null },
  by: Account,
): void {
  assertBodyFits(hub, issue.pull ? 'pull' : 'issue', edit.body);
  const changes: Changes = {};
  if (edit.title !== undefined && edit.title !== issue.title) {
    changes.title = { from: issue.title };
    issue.title = edit.title;
  }
  if (edit.body !== undefined && (hub.rules.sameBodyIsEdited || edit.body !== issue.body)) {
    changes.body = { from: issue.body ?? '' };
    issue.body = edit.body;
  }
  if (Object.keys(changes).length === 0) return;
  issue.updatedAt = hub.timestamp();
  hub.report(repository, { kind: 'edited', issue, by, changes });
}

export function setIssueState(
  hub: ForgeHub,
  repository: Repository,
  issue: Issue,
  state: Issue['state'],
  by: Account,
  reason: Issue['stateReason'] = null,
): void {
  if (issue.state === state) return;
  const closed = state === 'closed';
  issue.state = state;
  issue.updatedAt = hub.timestamp();
  issue.closedAt = closed ? issue.updatedAt : null;
  issue.closedBy = closed ? by : null;
  issue.stateReason = issue.pull ? null : (reason ?? (closed ? 'completed' : 'reopened'));
  hub.report(repository, { kind: closed ? 'closed' : 'reopened', issue, by });
}
