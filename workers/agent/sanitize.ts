import { fromMarkdown } from 'mdast-util-from-markdown';
import { cleanText } from '../../src/domain/clean-text.ts';
import { withoutInvisible } from './invisible.ts';
import { visibleTextOfHtml } from './visible-html.ts';

/** The longest text that is read. */
export const MAX_FOREIGN_TEXT = 24_000;

/**
 * Reading markdown takes time by the square of a line's depth and of the openings that nothing closes, and an agent
 * cannot be killed meanwhile. Where a text becomes absurd, it is cut.
 */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)])){12}/m;
const MAX_OPENINGS = 100;
const WITHOUT_EMPHASIS = { extensions: [{ disable: { null: ['attention'] } }] };

/**
 * A markdown text as a person sees it on the forge: without comments, invisible characters, alt texts, titles, unused
 * definitions and a code fence's unseen words. What is hidden from the reader is no request of the reader's.
 */
export function sanitizeMarkdown(markdown: string, maxLength = MAX_FOREIGN_TEXT): string {
  const text = sanitizeLine(markdown, '\n');
  const end = firstAbsurdity(text.slice(0, maxLength));
  const cut = text.length > end ? `${cleanText(text.slice(0, end))}\n\n[cut here: ${text.length - end} characters more]` : text;
  return applyEdits(cut, editsFor(cut))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function firstAbsurdity(text: string): number {
  const deep = text.search(TOO_DEEP);
  const opening = [...text.matchAll(/<[!?]/g)][MAX_OPENINGS];
  return Math.min(deep === -1 ? text.length : deep, opening?.index ?? text.length);
}

/** A title or a name: one line, without what cannot be seen. */
export function sanitizeLine(text: string, lineBreak = ' '): string {
  return withoutInvisible(cleanText(text).replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')).replaceAll('\n', lineBreak);
}

type Root = ReturnType<typeof fromMarkdown>;
type Node = Root | Root['children'][number];
type Kind<Type extends Node['type']> = Extract<Node, { type: Type }>;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function editsFor(markdown: string): Edit[] {
  const nodes = allNodes(fromMarkdown(markdown, WITHOUT_EMPHASIS));
  const used = new Set(nodes.flatMap((node) => (node.type === 'linkReference' || node.type === 'imageReference' ? [node.identifier] : [])));
  return nodes.flatMap((node) => {
    const text = replacementOf(node, markdown, used);
    return text === null ? [] : [{ ...rangeOf(node), text }];
  });
}

/** What a node becomes; null when it stays. */
function replacementOf(node: Node, markdown: string, used: ReadonlySet<string>): string | null {
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

function definitionOf(node: Kind<'definition'>, used: ReadonlySet<string>): string {
  return used.has(node.identifier) ? `[${node.label ?? node.identifier}]: ${encodeURI(node.url)}` : '';
}

/** From the bracket to the end of the link's text, cleaned like any other text. */
function beforeLinkTarget(node: Kind<'link'>, markdown: string): string {
  const last = node.children.at(-1);
  const { start } = rangeOf(node);
  const inner = markdown.slice(start + 1, last ? rangeOf(last).end : start + 1);
  return `[${applyEdits(inner, editsFor(inner))}`;
}

/** What lies inside a replaced node went with it. */
function applyEdits(text: string, edits: readonly Edit[]): string {
  let done = '';
  let from = 0;
  for (const { start, end, text: by } of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < from) continue;
    done += text.slice(from, start) + by;
    from = end;
  }
  return done + text.slice(from);
}

/** Without recursion: a text can nest deeper than the stack. */
function allNodes(root: Node): Node[] {
  const found: Node[] = [];
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    found.push(node);
    if ('children' in node) waiting.push(...node.children);
  }
  return found;
}

function sourceOf(node: Node, markdown: string): string {
  const { start, end } = rangeOf(node);
  return markdown.slice(start, end);
}

function rangeOf(node: Node): { start: number; end: number } {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}
