import type { Label, Pull, Repository, Review, ReviewComment, Role } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import { accountView } from './account.ts';
import { issueView } from './issue.ts';
import { repositoryView } from './repository.ts';

export function pullView(hub: Hub, repository: Repository, pull: Pull, role: Role, labels: readonly Label[] = pull.issue.labels) {
  const { issue } = pull;
  const page = hub.urls.issuePage(repository, issue);
  const {
    user,
    title,
    body,
    labels: views,
    state,
    comments,
    created_at,
    updated_at,
    closed_at,
  } = issueView(hub, repository, issue, labels);
  const reviewComments = pull.reviews.flatMap((review) => review.comments).length;
  return {
    id: pull.id,
    url: page,
    number: issue.number,
    user,
    title,
    body,
    labels: views,
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_reviewers_teams: [],
    state,
    draft: pull.draft,
    is_locked: false,
    comments,
    ...(reviewComments === 0 ? {} : { review_comments: reviewComments }),
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changedFiles,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    mergeable: pull.mergeable && !pull.merged,
    merged: pull.merged !== null,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? null,
    merged_by: pull.merged && accountView(hub, pull.merged.by),
    allow_maintainer_edit: false,
    base: branchInfo(hub, repository, pull.baseRef, pull.baseSha, role),
    head: branchInfo(hub, repository, pull.headRef, pull.headSha, role),
    merge_base: pull.baseSha,
    due_date: null,
    created_at,
    updated_at,
    closed_at,
    pin_order: 0,
  };
}

/** In a list there is less to it, and what is empty is null. */
export function listedPullView(hub: Hub, repository: Repository, pull: Pull, role: Role) {
  const { additions: _, deletions: __, changed_files: ___, ...view } = pullView(hub, repository, pull, role);
  return { ...view, assignees: null, requested_reviewers: null, requested_reviewers_teams: null };
}

function branchInfo(hub: Hub, repository: Repository, branch: string, sha: string, role: Role) {
  return { label: branch, ref: branch, sha, repo_id: repository.id, repo: repositoryView(hub, repository, role) };
}

const STATES = { APPROVED: 'APPROVED', CHANGES_REQUESTED: 'REQUEST_CHANGES', COMMENTED: 'COMMENT' } as const;

export function reviewView(hub: Hub, repository: Repository, pull: Pull, review: Review) {
  const page = hub.urls.issuePage(repository, pull.issue);
  return {
    id: review.id,
    user: accountView(hub, review.user),
    team: null,
    state: STATES[review.state],
    body: review.body,
    commit_id: review.commitId,
    stale: review.commitId !== pull.headSha,
    official: review.state !== 'COMMENTED',
    dismissed: review.dismissed,
    comments_count: review.comments.length,
    submitted_at: review.submittedAt,
    updated_at: review.submittedAt,
    html_url: `${page}#issuecomment-${review.id}`,
    pull_request_url: page,
  };
}

export function reviewCommentView(hub: Hub, repository: Repository, pull: Pull, review: Review, comment: ReviewComment) {
  const page = hub.urls.issuePage(repository, pull.issue);
  return {
    id: comment.id,
    body: comment.body,
    user: accountView(hub, review.user),
    resolver: null,
    pull_request_review_id: review.id,
    created_at: review.submittedAt,
    updated_at: review.submittedAt,
    path: comment.path,
    commit_id: review.commitId,
    original_commit_id: '',
    diff_hunk: comment.diffHunk,
    position: comment.side === 'RIGHT' ? comment.line : 0,
    original_position: comment.side === 'LEFT' ? comment.line : 0,
    html_url: `${page}/files#issuecomment-${comment.id}`,
    pull_request_url: page,
  };
}
