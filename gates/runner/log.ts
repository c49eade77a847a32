import { cleanText } from '../parsers/clean.ts';

export const LOG_BYTES = 64 * 1024;

/** The end of what a tool printed, fit to be shown: clean, at most LOG_BYTES, from the start of a line. */
export function logTail(output: string): string {
  const bytes = Buffer.from(cleanText(output).trimEnd());
  if (bytes.length <= LOG_BYTES) return bytes.toString();
  const tail = bytes.subarray(bytes.length - LOG_BYTES).toString();
  return tail.slice(tail.indexOf('\n') + 1 || 4);
}
