import { z } from '@hono/zod-openapi';

/** One of these words, or several with commas. */
export function listOf<const Word extends string>(words: readonly Word[]) {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(words)))
    .openapi({ type: 'string', description: 'One, or several with commas.', example: words[0] });
}

export const PageSize = z.coerce.number().int().min(1).max(200).default(50).openapi({ type: 'integer' });

/** Where a page ends, for who asks for the next one: what is in it is nobody's business. */
export function cursorTo(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

export function cursorOf<Place>(place: z.ZodType<Place>) {
  return z
    .string()
    .max(500)
    .transform((text, context) => {
      const read = place.safeParse(parse(Buffer.from(text, 'base64url').toString()));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: 'This is not the `next` of a page.' });
      return z.NEVER;
    })
    .openapi({ type: 'string', description: '`next` of the page before.' });
}

export const Next = z.string().nullable().openapi({ description: '`cursor` of the next page; null when this is the last.' });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
