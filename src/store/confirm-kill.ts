import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { appendEvent, notify, type Change } from './events.ts';
import { tasks } from './schema.ts';
import { staysOf } from './stays.ts';

/**
 * Confirms the kill of a task, if it was killed, on the evidence that nothing of it is left on any machine: no sandbox, no
 * process, no model call, no workspace. Where something may be left that is said, with `why`, and the machines that may have
 * it are woken: they confirm the kill when they have removed it.
 */
export async function confirmKill(
  tx: Change,
  taskId: string,
  why = 'it was at work there before another machine took it over',
): Promise<void> {
  const open = and(eq(tasks.id, taskId), isNotNull(tasks.killRequestedAt), isNull(tasks.killConfirmedAt));
  const [killed] = await tx.select({ id: tasks.id }).from(tasks).where(open);
  if (!killed) return;
  const hosts = await staysOf(tx, taskId);
  if (hosts.length > 0) {
    const reason = `It could not be confirmed what is left on ${hosts.join(' and ')}: ${why}.`;
    await appendEvent(tx, { type: 'task.kill-unconfirmed', taskId, data: { reason } });
    await notify(tx, 'reap');
    return;
  }
  await tx
    .update(tasks)
    .set({ killConfirmedAt: sql`now()` })
    .where(open);
  await appendEvent(tx, { type: 'task.kill-confirmed', taskId });
}
