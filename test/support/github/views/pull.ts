import type { Hub } from '../server/hub.ts';
import type { Pull, Repository, Review, ReviewComment } from '../../forge/server/model.ts';
import { nodeId } from '../server/urls.ts';
import { accountView } from './account.ts';
import { associationOf } from './association.ts';
import { labelView } from './issue.ts';
import { repositoryView } from './repository.ts';

/** A pull request in a list, and in the webhooks about reviews. */
export function simplePullView(hub: Hub, repository: Repository, pull: Pull) {
  const { issue } = pull;
  const page = hub.urls.issuePage(repository, issue);
  const links = pullLinks(hub, repository, pull);
  return {
    url: links.self.href,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: links.issue.href,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: accountView(hub, issue.user),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: issue.labels.map((label) => labelView(hub, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: links.commits.href,
    review_comments_url: links.review_comments.href,
    review_comment_url: links.review_comment.href,
    comments_url: links.comments.href,
    statuses_url: links.statuses.href,
    head: branchView(hub, repository, pull.headRef, pull.headSha),
    base: branchView(hub, repository, pull.baseRef, pull.baseSha),
    _links: links,
    author_association: associationOf(repository, issue.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

export function pullView(hub: Hub, repository: Repository, pull: Pull) {
  return {
    ...simplePullView(hub, repository, pull),
    merged: pull.merged !== null,
    mergeable: pull.merged ? null : pull.mergeable,
    rebaseable: pull.merged ? null : false,
    mergeable_state: mergeableState(pull),
    merged_by: pull.merged && accountView(hub, pull.merged.by),
    comments: pull.issue.comments.length,
    review_comments: pull.reviews.flatMap((review) => review.comments).length,
    maintainer_can_modify: false,
    commits: pull.commits,
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changedFiles,
  };
}

function mergeableState(pull: Pull): string {
  if (pull.merged) return 'unknown';
  if (!pull.mergeable) return 'dirty';
  return pull.draft ? 'draft' : 'clean';
}

function branchView(hub: Hub, repository: Repository, ref: string, sha: string) {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: accountView(hub, repository.owner),
    repo: repositoryView(hub, repository),
  };
}

function pullLinks(hub: Hub, repository: Repository, { issue, headSha }: Pull) {
  const url = hub.urls.pull(repository, issue);
  const issueUrl = hub.urls.issue(repository, issue);
  return {
    self: { href: url },
    html: { href: hub.urls.issuePage(repository, issue) },
    issue: { href: issueUrl },
    comments: { href: `${issueUrl}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: `${hub.urls.repo(repository)}/pulls/comments{/number}` },
    commits: { href: `${url}/commits` },
    statuses: { href: `${hub.urls.repo(repository)}/statuses/${headSha}` },
  };
}

/** The few fields that check runs say of their pull requests. */
export function minimalPullView(hub: Hub, repository: Repository, pull: Pull) {
  const repo = { id: repository.id, url: hub.urls.repo(repository), name: repository.name };
  return {
    url: hub.urls.pull(repository, pull.issue),
    id: pull.id,
    number: pull.issue.number,
    head: { ref: pull.headRef, sha: pull.headSha, repo },
    base: { ref: pull.baseRef, sha: pull.baseSha, repo },
  };
}

export function reviewView(hub: Hub, repository: Repository, pull: Pull, review: Review) {
  const html = `${hub.urls.issuePage(repository, pull.issue)}#pullrequestreview-${review.id}`;
  const url = hub.urls.pull(repository, pull.issue);
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountView(hub, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    _links: { html: { href: html }, pull_request: { href: url } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
    author_association: associationOf(repository, review.user),
  };
}

export function reviewCommentView(hub: Hub, repository: Repository, pull: Pull, review: Review, comment: ReviewComment) {
  const url = `${hub.urls.repo(repository)}/pulls/comments/${comment.id}`;
  const html = `${hub.urls.issuePage(repository, pull.issue)}#discussion_r${comment.id}`;
  const pullUrl = hub.urls.pull(repository, pull.issue);
  return {
    url,
    pull_request_review_id: review.id,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: comment.diffHunk,
    path: comment.path,
    position: 1,
    original_position: 1,
    line: comment.line,
    original_line: comment.line,
    side: comment.side,
    commit_id: review.commitId,
    original_commit_id: review.commitId,
    user: accountView(hub, review.user),
    body: comment.body,
    created_at: review.submittedAt,
    updated_at: review.submittedAt,
    html_url: html,
    pull_request_url: pullUrl,
    author_association: associationOf(repository, review.user),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl } },
  };
}
