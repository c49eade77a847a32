import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/**
 * Text that is not all ours, made fit to stand among our own: it notifies nobody, hides nothing, and swallows nothing that
 * comes after it. What stands in code stays as it is, because there it is only shown.
 */

/** A text of its own paragraphs. `@name` is only text, and so is HTML. */
export function quiet(text: string): string {
  return closed(mended(text, silence));
}

/** As `quiet`, where the forge obeys words: `Closes #12` closes nothing. */
export function powerless(text: string): string {
  return closed(mended(text, (part) => disarm(silence(part))));
}

/** A phrase in a line of ours. */
export function phrase(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  // What would begin a block at the start of a line begins nothing here.
  return mended(`${AMONG_WORDS}${line}`, silence).slice(AMONG_WORDS.length);
}

const AMONG_WORDS = 'x ';

function silence(part: string): string {
  return part.replace(/@(?=[\w-])/g, '@\u2060').replace(/<(?=[a-z!/?])/gi, '&lt;');
}

function disarm(part: string): string {
  return part
    .replace(/#(?=\d)/g, '#\u2060')
    .replace(/\bGH-(?=\d)/gi, '$&\u2060')
    .replace(/(\/(?:issues|pull|discussions)\/)(?=\d)/g, '$1\u2060');
}

/** Reading markdown takes time by the square of a quote's lines and of what is opened and not closed. */
const MAX_LENGTH = 10_000;
const MAX_LINES = 300;
const TOO_DEEP = /^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])){5}/m;
const MAX_ROUNDS = 5;

function isReadable(text: string): boolean {
  return text.length <= MAX_LENGTH && text.split('\n', MAX_LINES + 1).length <= MAX_LINES && !TOO_DEEP.test(text);
}

/**
 * Mending can change what is code (`<b title="`">`), so it is done until nothing is left to mend outside of it. Of a text
 * that is too much to read, the code is mended too.
 */
function mended(text: string, mend: (part: string) => string): string {
  if (!isReadable(text)) return mend(text);
  let last = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = outsideCode(last, mend);
    if (next === last) return next;
    last = next;
  }
  return mend(last);
}

function outsideCode(text: string, mend: (part: string) => string): string {
  let result = '';
  let from = 0;
  for (const { start, end } of codeIn(parse(text))) {
    result += mend(text.slice(from, start)) + text.slice(start, end);
    from = end;
  }
  return result + mend(text.slice(from));
}

/** A fence that nobody closed is closed; where the text is too much to read, there are none. */
function closed(text: string): string {
  if (!isReadable(text)) return text.replace(/^([ \t>]*)(?:`{3,}|~{3,})/gm, '$1');
  const last = parse(text).children.at(-1);
  if (last?.type !== 'code') return text;
  const lines = text.slice(last.position?.start.offset, last.position?.end.offset).split('\n');
  const fence = /^(`{3,}|~{3,})/.exec(lines[0] ?? '')?.[0];
  if (fence === undefined) return text;
  const isClosed = lines.length > 1 && lines.at(-1)!.trim().startsWith(fence);
  return isClosed ? text : `${text.trimEnd()}\n${fence}`;
}

/** As much of a markdown tree as is looked at. */
interface Node {
  readonly type: string;
  readonly position?: { readonly start: { readonly offset?: number }; readonly end: { readonly offset?: number } };
  readonly children?: readonly Node[];
}

/**
 * Without HTML and links by themselves, which are text once they are mended, and without emphasis, which takes time and
 * does not matter.
 */
const UNREAD = ['attention', 'strikethrough', 'htmlFlow', 'htmlText', 'autolink', 'wwwAutolink', 'protocolAutolink', 'emailAutolink'];

function parse(text: string): { readonly children: readonly Node[] } {
  return fromMarkdown(text, { extensions: [gfm(), { disable: { null: UNREAD } }], mdastExtensions: [gfmFromMarkdown()] });
}

function codeIn(node: { readonly children?: readonly Node[] }): { start: number; end: number }[] {
  return (node.children ?? []).flatMap((child) => {
    if (child.type !== 'code' && child.type !== 'inlineCode') return codeIn(child);
    return [{ start: child.position?.start.offset ?? 0, end: child.position?.end.offset ?? 0 }];
  });
}
