import { and, eq } from 'drizzle-orm';
import type { Limits } from '../domain/agent.ts';
import { appendEvent, type Change } from './events.ts';
import { tasks } from './schema.ts';

export interface TaskEdit {
  readonly priority?: number | undefined;
  /** null: those of the settings again. */
  readonly limits?: Partial<Limits> | null | undefined;
}

/** Changes a task that waits; false when it does not, and nothing was changed. */
export async function editTask(tx: Change, id: string, { priority, limits }: TaskEdit, actor: string): Promise<boolean> {
  const edit = { ...(priority === undefined ? {} : { priority }), ...(limits === undefined ? {} : { limits }) };
  const edited = await tx
    .update(tasks)
    .set({ ...edit, updatedAt: new Date() })
    .where(and(eq(tasks.id, id), eq(tasks.state, 'pending')))
    .returning({ id: tasks.id });
  if (edited.length === 0) return false;
  await appendEvent(tx, { type: 'task.edited', taskId: id, data: { actor, ...edit } });
  return true;
}
