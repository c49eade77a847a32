/** What `translate` does something with, as `event.action`. Everything else that GitHub sends is recorded as ignored. */
export const HANDLED_ACTIONS = [
  'issues.labeled',
  'issues.unlabeled',
  'issues.closed',
  'pull_request.labeled',
  'pull_request.unlabeled',
  'pull_request.closed',
  'issue_comment.created',
  'pull_request_review.submitted',
  'check_run.rerequested',
  'check_suite.rerequested',
] as const;
export type HandledAction = (typeof HANDLED_ACTIONS)[number];

/** What the App subscribes to. `app.yml` says the same, and a test holds the two together. */
export const SUBSCRIBED_EVENTS: readonly string[] = [...new Set(HANDLED_ACTIONS.map((name) => name.split('.')[0] ?? ''))];

/** What the App needs, by the calls it makes. `app.yml` says why. */
export const USED_PERMISSIONS = {
  metadata: 'read',
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
} as const satisfies Record<string, 'read' | 'write'>;
