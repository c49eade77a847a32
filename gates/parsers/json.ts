import type { z } from 'zod';

/** Parses and checks one JSON document; null for anything else. */
export function parseJson<T>(text: string, schema: z.ZodType<T>): T | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(document);
  return parsed.success ? parsed.data : null;
}

/** The JSON document in an output that may have lines before and after it, as `npm` and set-up scripts print them. */
export function jsonInOutput(text: string): string {
  const start = text.search(/^\s*[[{]/m);
  const end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}'));
  return start < 0 || end < start ? '' : text.slice(start, end + 1);
}
