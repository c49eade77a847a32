/** What `translate` does something with, as `event.action`. A review that rejects has two names, by version. */
export const HANDLED_ACTIONS = [
  'issues.label_updated',
  'issues.label_cleared',
  'issues.closed',
  'pull_request.label_updated',
  'pull_request.label_cleared',
  'pull_request.closed',
  'issue_comment.created',
  'pull_request_comment.created',
  'pull_request_rejected.reviewed',
  'pull_request_review_rejected.reviewed',
] as const;
export type HandledAction = (typeof HANDLED_ACTIONS)[number];

/**
 * What a webhook subscribes to. The names are not those under which events are sent. `push` asks for nothing; it is what a
 * test of a webhook sends.
 */
export const SUBSCRIBED_EVENTS = [
  'issues',
  'issue_label',
  'issue_comment',
  'pull_request',
  'pull_request_label',
  'pull_request_comment',
  'pull_request_review',
  'push',
] as const;
