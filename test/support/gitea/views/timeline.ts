import type { Comment, Issue, Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import type { TimelineEntry } from '../server/model.ts';
import { accountView } from './account.ts';
import { labelView, subjectLinks } from './issue.ts';

/** Comments and everything else that happened to an issue, the oldest first. */
export function timelineViews(hub: Hub, repository: Repository, issue: Issue) {
  const comments = issue.comments.map((comment) => commentEntry(hub, repository, comment));
  const others = hub.timelineOf(issue).map((entry) => entryView(hub, repository, issue, entry));
  return [...comments, ...others].toSorted((a, b) => a.id - b.id);
}

function commentEntry(hub: Hub, repository: Repository, comment: Comment) {
  const { id, user: by, createdAt: at, updatedAt, body } = comment;
  return { ...blank(hub, repository, comment.issue, { id, by, at }), type: 'comment', body, updated_at: updatedAt };
}

/** A label that went on has the body `1`, one that went off an empty one. */
function entryView(hub: Hub, repository: Repository, issue: Issue, entry: TimelineEntry) {
  const view = { ...blank(hub, repository, issue, entry), type: entry.type as string };
  switch (entry.type) {
    case 'label':
      // A label that is no more is not told.
      return {
        ...view,
        body: entry.added ? '1' : '',
        label: repository.labels.includes(entry.label) ? labelView(hub, repository, entry.label) : null,
      };
    case 'change_title':
      return { ...view, old_title: entry.from, new_title: entry.to };
    case 'pull_push':
      return { ...view, body: JSON.stringify({ is_force_push: false, commit_ids: entry.commits }) };
    case 'review':
    case 'dismiss_review':
      return { ...view, body: entry.body, review_id: entry.reviewId };
    default:
      return view;
  }
}

function blank(hub: Hub, repository: Repository, issue: Issue, { id, by, at }: Pick<TimelineEntry, 'id' | 'by' | 'at'>) {
  return {
    id,
    type: '',
    html_url: `${hub.urls.issuePage(repository, issue)}#issuecomment-${id}`,
    ...subjectLinks(hub, repository, issue),
    user: accountView(hub, by),
    body: '',
    created_at: at,
    updated_at: at,
    ...NOTHING,
  };
}

const NOTHING = {
  old_project_id: 0,
  project_id: 0,
  old_milestone: null,
  milestone: null,
  tracked_time: null,
  old_title: '',
  new_title: '',
  old_ref: '',
  new_ref: '',
  ref_issue: null,
  ref_comment: null,
  ref_action: 'none',
  ref_commit_sha: '',
  review_id: 0,
  label: null as ReturnType<typeof labelView> | null,
  assignee: null,
  assignee_team: null,
  removed_assignee: false,
  resolve_doer: null,
  dependent_issue: null,
};
