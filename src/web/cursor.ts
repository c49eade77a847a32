import { z } from 'zod';
import type { TaskCursor, TaskRow } from '../store/task-rows.ts';

const Parts = z.tuple([z.coerce.number().int().min(0).max(1000), z.coerce.number().int().min(0).max(8.64e15), z.uuid()]);

/** The place behind a row, for the address of the next page. */
export function writeCursor({ priority, createdAt, id }: Pick<TaskRow, 'priority' | 'createdAt' | 'id'>): string {
  return `${priority}.${createdAt.getTime()}.${id}`;
}

/** null: there is none, or it is not one of ours; the list then begins at its beginning. */
export function readCursor(text: string | undefined): TaskCursor | null {
  const parts = Parts.safeParse(text?.split('.') ?? []);
  if (!parts.success) return null;
  const [priority, at, id] = parts.data;
  return { priority, createdAt: new Date(at), id };
}
