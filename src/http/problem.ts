import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';

/** The one shape of everything that the API refuses: `{error: {code, message, details?}}`. */
export function problem(c: Context, status: ContentfulStatusCode, code: string, message: string, details?: unknown): Response {
  return c.json({ error: { code, message, ...(details === undefined ? {} : { details }) } }, status);
}

/** A request's JSON by its schema; an empty body counts as `{}`. A Response says what is wrong with it. */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T | Response> {
  const text = await c.req.text();
  const json = parseJson(text);
  if (json === undefined) return problem(c, 400, 'http.not-json', 'The body is not JSON.');
  return checked(c, schema, json);
}

export function readQuery<T>(c: Context, schema: z.ZodType<T>): T | Response {
  return checked(c, schema, c.req.query());
}

function checked<T>(c: Context, schema: z.ZodType<T>, value: unknown): T | Response {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return problem(c, 400, 'http.invalid', 'The request is not what is taken here.', details);
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
