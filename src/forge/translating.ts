import { z } from 'zod';
import type { Happening, Translation } from './forge.ts';

/** `forge` is as in SubjectRef.forge. */
export type Handler = (payload: unknown, forge: string) => Translation;

const WithAction = z.object({ action: z.string() });

/** By `event.action`. Never throws: a payload that lacks what its event needs is ignored with what is missing. */
export function translateBy(handlers: Readonly<Record<string, Handler>>, event: string, payload: unknown, forge: string): Translation {
  const parsed = WithAction.safeParse(payload);
  const name = parsed.success ? `${event}.${parsed.data.action}` : event;
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  return handler === undefined ? { ignored: `${printable(name)} asks for nothing` } : handler(payload, forge);
}

/** Event and action come from outside, and the reason ends in a log and on a page. */
function printable(name: string): string {
  return name.replace(/[^\w.-]/g, '?').slice(0, 100);
}

/** What reads payloads as one kind of forge documents them. A string from `read` says why one asks for nothing. */
export function readingOf(documents: string) {
  return function reading<T>(schema: z.ZodType<T>, read: (payload: T, forge: string) => Happening | string): Handler {
    return (payload, forge) => {
      const parsed = schema.safeParse(payload);
      if (!parsed.success) return { ignored: `the payload is not what ${documents} documents: ${faults(parsed.error)}` };
      const result = read(parsed.data, forge);
      return typeof result === 'string' ? { ignored: result } : result;
    };
  };
}

function faults(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`)
    .join('; ');
}
