import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** One `/agent …` line with what was written below it. Nothing is validated here: a verb may be unknown, or empty. */
export interface ParsedCommand {
  /** The first word, in lower case. */
  readonly verb: string;
  /** The other words of the line as typed, flags among them. */
  readonly args: readonly string[];
  /** What follows the line, up to the next command: markdown, without quotes and hidden HTML comments. */
  readonly text: string;
}

/** A comment that asks for more than this asks for the first ones. */
export const MAX_COMMANDS = 5;

/** What GitHub allows a comment; a forge that allows more has the rest of it ignored. */
export const MAX_LENGTH = 65_536;

/** Markdown takes time by the square of a quote's lines and of a line's depth, so the reading ends where either is absurd. */
export const MAX_LINES = 2_000;

/** Emphasis does not matter here, and a comment made of asterisks would take a second. */
const MARKDOWN = [gfm(), { disable: { null: ['attention', 'strikethrough'] } }];

const TOO_DEEP = /^[ \t]*(?:(?:>|(?:[-+*]|\d{1,9}[.)]|\[\^[^\]]{0,99}\]:)(?=[ \t]))[ \t]*){16}/;

/** Only a space or a tab ends the word, so that `/agents` and `/agent!` are ordinary text. */
const START = /^\/agent(?=[ \t]|$)/i;
const PREFIX = /(?:^|\n)[ \t]*\/agent(?=[ \t\n]|$)/i;

/** As much of a markdown tree as is looked at. */
interface Node {
  readonly type: string;
  readonly value?: string;
  readonly position?: { readonly start: { readonly offset?: number }; readonly end: { readonly offset?: number } };
  readonly children?: readonly Node[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the commands in a comment, in order. A command is a line that starts with `/agent` in a paragraph that stands at
 * the top of the document, and is text there: not in a quote, a list, a table, code, a link or an HTML comment.
 */
export function parseCommands(body: string): ParsedCommand[] {
  const source = readable(body);
  if (!PREFIX.test(source)) return [];
  const tree = fromMarkdown(source, { extensions: MARKDOWN, mdastExtensions: [gfmFromMarkdown()] });
  const starts = tree.children.flatMap((block) => commandStarts(source, block)).slice(0, MAX_COMMANDS + 1);
  const cuts = hiddenSpans(tree);
  return starts.slice(0, MAX_COMMANDS).map((start, index) => {
    const lineEnd = endOfLine(source, start);
    const end = starts[index + 1] ?? source.length;
    const [, verb = '', ...args] = without(source, { start, end: lineEnd }, cuts)
      .split(/[ \t]+/)
      .filter((word) => word !== '');
    return { verb: asciiLowerCase(verb), args, text: without(source, { start: lineEnd, end }, cuts).trim() };
  });
}

function readable(body: string): string {
  const text = body.slice(0, MAX_LENGTH).toWellFormed().replaceAll('\0', '\uFFFD').replace(/\r\n?/g, '\n');
  const lines = text.split('\n', MAX_LINES);
  const deep = lines.findIndex((line) => TOO_DEEP.test(line));
  return (deep === -1 ? lines : lines.slice(0, deep)).join('\n');
}

/** A heading counts because `--` under a line, as in a mail's signature, makes it one. */
function commandStarts(source: string, block: Node): number[] {
  if (block.type !== 'paragraph' && block.type !== 'heading') return [];
  const plain = (block.children ?? []).filter((node) => node.type === 'text').map(spanOf);
  const { start: first, end } = spanOf(block);
  const found: number[] = [];
  for (let line = first; line < end; line = endOfLine(source, line) + 1) {
    const start = skipBlanks(source, line);
    if (START.test(source.slice(start, endOfLine(source, start))) && plain.some((span) => span.start <= start && start < span.end)) {
      found.push(start);
    }
  }
  return found;
}

/** What is not the person's own visible words: quotes of others, and comments that nobody sees. */
function hiddenSpans(node: Node): Span[] {
  if (node.type === 'blockquote' || (node.type === 'html' && node.value?.trimStart().startsWith('<!--'))) return [spanOf(node)];
  return (node.children ?? []).flatMap(hiddenSpans);
}

function without(source: string, range: Span, cuts: readonly Span[]): string {
  let text = '';
  let from = range.start;
  for (const cut of cuts) {
    if (cut.end <= from || cut.start >= range.end) continue;
    text += source.slice(from, Math.max(from, cut.start));
    from = cut.end;
  }
  return text + source.slice(from, range.end);
}

function spanOf(node: Node): Span {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

function endOfLine(source: string, offset: number): number {
  const end = source.indexOf('\n', offset);
  return end === -1 ? source.length : end;
}

function skipBlanks(source: string, offset: number): number {
  let at = offset;
  while (source[at] === ' ' || source[at] === '\t') at += 1;
  return at;
}

/** Unicode's lower case would turn the Kelvin sign into a k. */
function asciiLowerCase(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
