import type { Comment, Issue, Label, Reaction, Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import { accountView } from './account.ts';

export function labelView(hub: Hub, repository: Repository, label: Label) {
  return {
    id: label.id,
    name: label.name,
    exclusive: false,
    is_archived: false,
    color: label.color,
    description: label.description ?? '',
    url: `${hub.urls.repo(repository)}/labels/${label.id}`,
  };
}

/** With other labels than its own, where a payload is behind the times. */
export function issueView(hub: Hub, repository: Repository, issue: Issue, labels: readonly Label[] = issue.labels) {
  return {
    id: issue.id,
    url: hub.urls.issue(repository, issue),
    html_url: hub.urls.issuePage(repository, issue),
    number: issue.number,
    user: accountView(hub, issue.user),
    original_author: '',
    original_author_id: 0,
    title: issue.title,
    body: issue.body ?? '',
    ref: '',
    assets: [],
    labels: labels.map((label) => labelView(hub, repository, label)),
    milestone: null,
    assignee: null,
    assignees: null,
    state: issue.state,
    is_locked: false,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    due_date: null,
    time_estimate: 0,
    pull_request: issue.pull && {
      merged: issue.pull.merged !== null,
      merged_at: issue.pull.merged?.at ?? null,
      draft: issue.pull.draft,
      html_url: hub.urls.issuePage(repository, issue),
    },
    repository: { id: repository.id, name: repository.name, owner: repository.owner.login, full_name: repository.fullName },
    pin_order: 0,
  };
}

export function commentView(hub: Hub, repository: Repository, comment: Comment) {
  return {
    id: comment.id,
    html_url: `${hub.urls.issuePage(repository, comment.issue)}#issuecomment-${comment.id}`,
    ...subjectLinks(hub, repository, comment.issue),
    user: accountView(hub, comment.user),
    original_author: '',
    original_author_id: 0,
    body: comment.body,
    assets: [],
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
  };
}

/** The pages, and not the API, whatever they are called; one of the two is empty. */
export function subjectLinks(hub: Hub, repository: Repository, issue: Issue) {
  const page = hub.urls.issuePage(repository, issue);
  return { pull_request_url: issue.pull ? page : '', issue_url: issue.pull ? '' : page };
}

/** A reaction has no id here: it is taken away by what it is. */
export function reactionView(hub: Hub, reaction: Reaction) {
  return { user: accountView(hub, reaction.user), content: reaction.content, created_at: reaction.createdAt };
}
