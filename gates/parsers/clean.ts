import { stripVTControlCharacters } from 'node:util';

/** Control characters but newline and tab, and format characters: bidi overrides, zero-width and tag characters. */
const HIDDEN = /(?![\n\t])\p{Cc}|\p{Cf}/gu;

/** What a program printed, without what a terminal would obey and a reader would not see. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r+\n/g, '\n')
    .replace(/^[^\n]*\r(?=[^\n\r])/gm, '')
    .replace(HIDDEN, '');
}

/** Longest line that a parser looks at, in characters; what is beyond it is cut. */
const LINE_CHARS = 8192;

export function linesOf(text: string): string[] {
  return cleanText(text)
    .split('\n')
    .map((line) => (line.length > LINE_CHARS ? line.slice(0, LINE_CHARS) : line));
}
