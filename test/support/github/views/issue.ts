import type { Hub } from '../server/hub.ts';
import type { Comment, Issue, Label, Reaction, Repository } from '../../forge/server/model.ts';
import { REACTIONS } from '../../forge/server/model.ts';
import { nodeId } from '../server/urls.ts';
import { accountView } from './account.ts';
import { appView } from './app.ts';
import { associationOf } from './association.ts';

export function labelView(hub: Hub, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${hub.urls.repo(repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function issueView(hub: Hub, repository: Repository, issue: Issue) {
  const url = hub.urls.issue(repository, issue);
  return {
    url,
    repository_url: hub.urls.repo(repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: hub.urls.issuePage(repository, issue),
    id: issue.id,
    node_id: nodeId('I', issue.id),
    number: issue.number,
    title: issue.title,
    user: accountView(hub, issue.user),
    labels: issue.labels.map((label) => labelView(hub, repository, label)),
    state: issue.state,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(repository, issue.user),
    active_lock_reason: null,
    body: issue.body,
    reactions: reactionsView(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.user === hub.app.bot ? appView(hub) : null,
    state_reason: issue.stateReason,
    ...(issue.pull ? { draft: issue.pull.draft, pull_request: pullLinks(hub, repository, issue) } : {}),
  };
}

/** What one issue alone shows, and a webhook never does. */
export function fullIssueView(hub: Hub, repository: Repository, issue: Issue) {
  return { ...issueView(hub, repository, issue), closed_by: issue.closedBy && accountView(hub, issue.closedBy) };
}

function pullLinks(hub: Hub, repository: Repository, issue: Issue) {
  const page = hub.urls.issuePage(repository, issue);
  return {
    url: hub.urls.pull(repository, issue),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    merged_at: issue.pull?.merged?.at ?? null,
  };
}

export function commentView(hub: Hub, repository: Repository, comment: Comment) {
  const url = `${hub.urls.repo(repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${hub.urls.issuePage(repository, comment.issue)}#issuecomment-${comment.id}`,
    issue_url: hub.urls.issue(repository, comment.issue),
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: accountView(hub, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(repository, comment.user),
    body: comment.body,
    reactions: reactionsView(url, comment.reactions),
    performed_via_github_app: comment.user === hub.app.bot ? appView(hub) : null,
  };
}

export function reactionView(hub: Hub, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: accountView(hub, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function reactionsView(url: string, reactions: Reaction[]) {
  const counts = REACTIONS.map((content) => [content, reactions.filter((one) => one.content === content).length]);
  return { url: `${url}/reactions`, total_count: reactions.length, ...(Object.fromEntries(counts) as Record<string, number>) };
}
