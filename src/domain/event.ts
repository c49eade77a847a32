/** What the event log records. The log is also the audit log: who asked, by which route, what was decided and why. */
export const EVENT_TYPES = [
  'command.accepted',
  'command.refused',
  'task.pending',
  'task.dispatched',
  'task.running',
  'task.completed',
  'task.failed',
  'task.killed',
  'task.kill-requested',
  'task.kill-confirmed',
  'task.kill-unconfirmed',
  'task.stop-requested',
  'task.published',
  'task.edited',
  'agent.spawning',
  'agent.running',
  'agent.completed',
  'agent.failed',
  'agent.killed',
  'agent.resumed',
  'agent.released',
  'agent.step',
  'agent.tool',
  'agent.said',
  'gate.changed',
  'instance.halted',
  'instance.resumed',
  'queue.paused',
  'queue.resumed',
  'token.created',
  'token.revoked',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Who asked for what, what was decided, and how it ended: what somebody reads who wants to know what happened here. */
export const AUDIT_TYPES: readonly EventType[] = EVENT_TYPES.filter(
  (type) => !type.startsWith('agent.') && type !== 'gate.changed' && type !== 'task.dispatched' && type !== 'task.running',
);

/** An event as it is stored. `seq` grows with the order of commit, so that a reader with a cursor misses none. */
export interface StoredEvent {
  readonly seq: number;
  readonly type: EventType;
  readonly taskId: string | null;
  readonly agentId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export type NewEvent = Pick<StoredEvent, 'type'> & Partial<Pick<StoredEvent, 'taskId' | 'agentId' | 'data'>>;

/** Whether an event changes what the status comment or a check of its task shows. */
export function changesReport(type: EventType): boolean {
  return type.startsWith('task.') || type === 'gate.changed' || type === 'agent.step' || type === 'agent.running';
}

/** Whether an event changes what is shown of every task that waits. */
export function changesWaiting(type: EventType): boolean {
  return type === 'instance.halted' || type === 'instance.resumed';
}
