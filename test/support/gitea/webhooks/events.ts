/** The exact kind of an event, which is what hooks subscribe to, and the coarse one that most headers carry. */
export const EVENTS = {
  create: 'create',
  delete: 'delete',
  push: 'push',
  issues: 'issues',
  issue_assign: 'issues',
  issue_label: 'issues',
  issue_milestone: 'issues',
  issue_comment: 'issue_comment',
  pull_request: 'pull_request',
  pull_request_assign: 'pull_request',
  pull_request_label: 'pull_request',
  pull_request_milestone: 'pull_request',
  pull_request_comment: 'issue_comment',
  pull_request_review_approved: 'pull_request_approved',
  pull_request_review_rejected: 'pull_request_rejected',
  pull_request_review_comment: 'pull_request_comment',
  pull_request_sync: 'pull_request',
  pull_request_review_request: 'pull_request',
} as const;

export type EventType = keyof typeof EVENTS;

const ALONE = ['create', 'delete', 'push', 'fork', 'repository', 'wiki', 'release', 'package', 'status', 'workflow_run', 'workflow_job'];
const OF_ISSUES = ['issue_assign', 'issue_label', 'issue_milestone', 'issue_comment'];
const OF_PULLS = [
  'pull_request_assign',
  'pull_request_label',
  'pull_request_milestone',
  'pull_request_comment',
  'pull_request_review',
  'pull_request_review_request',
  'pull_request_sync',
];

/** What a hook is subscribed to that asked for these: `issues` and `pull_request` stand for all of their kind. */
export function subscriptionsOf(asked: readonly string[]): Set<string> {
  const events = new Set((asked.length === 0 ? ['push'] : asked).map((name) => name.toLowerCase()));
  const found = ALONE.filter((name) => events.has(name));
  if (events.has('issues') || events.has('issues_only')) found.push('issues');
  if (events.has('pull_request') || events.has('pull_request_only')) found.push('pull_request');
  found.push(...OF_ISSUES.filter((name) => events.has(name) || events.has('issues')));
  found.push(...OF_PULLS.filter((name) => events.has(name) || events.has('pull_request')));
  return new Set(found);
}

export function isSubscribed(events: ReadonlySet<string>, type: EventType): boolean {
  return events.has(/^pull_request_review_(approved|rejected|comment)$/.test(type) ? 'pull_request_review' : type);
}
