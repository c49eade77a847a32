/** What a page says after something was asked for on it. It promises nothing that the database does not show. */
export const NOTICES = {
  'kill-requested': 'Stop requested, not yet confirmed. The state below changes when it is.',
  'kill-done': 'It had not begun, and is over.',
  'already-over': 'It was over already; nothing was changed.',
  'stop-requested': 'The agent is asked to wrap up: what it has becomes a draft pull request within a minute.',
  'stop-before': 'It was asked to wrap up before, and that request stands.',
  'being-killed': 'It is being stopped at once already.',
  'all-requested': 'Everything that had begun is asked to stop, which is not yet confirmed; what waited is over.',
  'none-live': 'Nothing was at work, and nothing waited.',
  halted: 'Halted: nothing new starts until it is lifted.',
  'halted-before': 'It was halted before, and that request stands.',
  'halt-lifted': 'The halt is lifted: what waited starts now.',
  'not-halted': 'It was not halted.',
  paused: 'The queue is paused.',
  resumed: 'The queue goes on.',
  repeated: 'A new task goes on from there. This is it.',
  busy: 'Something is at work on this already, so nothing was started.',
  'priority-set': 'The priority is changed.',
  'not-waiting': 'It does not wait any more, so its priority stays.',
} as const;
export type Notice = keyof typeof NOTICES;

export function noticeOf(name: string | undefined): string | null {
  return name !== undefined && Object.hasOwn(NOTICES, name) ? NOTICES[name as Notice] : null;
}
