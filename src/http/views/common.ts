import { z } from '@hono/zod-openapi';

export const Instant = z.iso.datetime().openapi({ example: '2026-01-31T12:00:00.000Z' });

const NOBODYS = '00000000-0000-0000-0000-000000000000';

/** An id in a path. What is none is nobody's, which is answered like one that is not known. */
export const Id = z
  .string()
  .transform((text) => (z.uuid().safeParse(text).success ? text : NOBODYS))
  .openapi({ type: 'string', format: 'uuid' });

export function instantOf(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

/** Without what has no value. */
export function given<T extends object>(fields: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as ReturnType<
    typeof given<T>
  >;
}
