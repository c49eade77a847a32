/**
 * What JSON services and PostgreSQL refuse in a text: lone surrogates (half a character, from output that was cut)
 * become U+FFFD, and NUL goes.
 */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

/** The same for every text in a JSON value, keys included. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanJson(inner)]));
}
