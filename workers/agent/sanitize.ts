import type { Definition, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { cleanText } from '../../src/model/clean-text.ts';
import { visibleTextOfHtml } from './visible-html.ts';

/** The longest text that is read. Longer ones are cut: reading markdown takes quadratic time in the worst case. */
export const MAX_FOREIGN_TEXT = 24_000;

/**
 * Characters that a person does not see: controls, soft hyphen, zero-width and filler characters, directions
 * (Trojan Source), invisible operators, interlinear marks, variation selectors but the common emoji one, tag characters.
 */
const INVISIBLE =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0E\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu;

/**
 * A markdown text as a person sees it on the forge: without comments, invisible characters, alt texts, titles, unused
 * definitions and a code fence's unseen words. What is hidden from the reader is no request of the reader's.
 */
export function sanitizeMarkdown(markdown: string): string {
  const text = sanitizeLine(markdown, '\n');
  const cut = text.length > MAX_FOREIGN_TEXT ? `${cleanText(text.slice(0, MAX_FOREIGN_TEXT))}\n[cut here: ${text.length - MAX_FOREIGN_TEXT} characters more]` : text;
  return applyEdits(cut, editsFor(cut)).replace(/\n{3,}/g, '\n\n').trim();
}

/** A title or a name: one line, without what cannot be seen. */
export function sanitizeLine(text: string, lineBreak = ' '): string {
  return cleanText(text)
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(INVISIBLE, '')
    .replace(/\uFE0F{2,}/g, '\uFE0F')
    .replaceAll('\n', lineBreak);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function editsFor(markdown: string): Edit[] {
  const nodes = allNodes(fromMarkdown(markdown));
  const used = new Set(nodes.flatMap((node) => (node.type === 'linkReference' || node.type === 'imageReference' ? [node.identifier] : [])));
  return nodes.flatMap((node) => {
    const text = replacementOf(node, markdown, used);
    return text === null ? [] : [{ ...rangeOf(node), text }];
  });
}

/** What a node becomes; null when it stays. */
function replacementOf(node: Nodes, markdown: string, used: ReadonlySet<string>): string | null {
  const source = sourceOf(node, markdown);
  switch (node.type) {
    case 'html':
      return visibleTextOfHtml(source);
    case 'image':
    case 'imageReference':
      return '[image]';
    case 'link':
      return node.title ? `${beforeLinkTarget(node, markdown)}](${encodeURI(node.url)})` : null;
    case 'definition':
      return definitionOf(node, used);
    case 'code':
      return node.meta ? source.replace(/^([`~]{3,}\s*)([^\s`]*)[^\n]*/, '$1$2') : null;
    default:
      return null;
  }
}

function definitionOf(node: Definition, used: ReadonlySet<string>): string {
  return used.has(node.identifier) ? `[${node.label ?? node.identifier}]: ${encodeURI(node.url)}` : '';
}

/** From the bracket to the end of the link's text, cleaned like any other text. */
function beforeLinkTarget(node: Nodes & { type: 'link' }, markdown: string): string {
  const last = node.children.at(-1);
  const { start } = rangeOf(node);
  const inner = markdown.slice(start + 1, last ? rangeOf(last).end : start + 1);
  return `[${applyEdits(inner, editsFor(inner))}`;
}

/** From the last to the first, so that offsets stay true; what lies inside a replaced node went with it. */
function applyEdits(text: string, edits: readonly Edit[]): string {
  const outer = edits.filter((edit) => !edits.some((other) => other !== edit && other.start <= edit.start && edit.end <= other.end));
  return outer.sort((a, b) => b.start - a.start).reduce((done, { start, end, text: by }) => done.slice(0, start) + by + done.slice(end), text);
}

/** Without recursion: a text can nest deeper than the stack. */
function allNodes(root: Nodes): Nodes[] {
  const found: Nodes[] = [];
  const waiting: Nodes[] = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    found.push(node);
    if ('children' in node) waiting.push(...node.children);
  }
  return found;
}

function sourceOf(node: Nodes, markdown: string): string {
  const { start, end } = rangeOf(node);
  return markdown.slice(start, end);
}

function rangeOf(node: Nodes): { start: number; end: number } {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}
