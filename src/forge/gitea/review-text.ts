import type { Finding } from '../../domain/finding.ts';
import { cutLine, cutMarkdown, MAX_BODY } from '../cut.ts';
import { fileOf } from '../findings.ts';
import type { ReviewWish } from '../forge.ts';
import { markerOf } from '../marker.ts';
import type { ShownLines } from './diff.ts';

/** As Gitea takes it; `new_position` is a line of the new file. */
interface LineNote {
  readonly path: string;
  readonly new_position: number;
  readonly body: string;
}

/** Beyond it nobody reads them. */
const MAX_LISTED = 50;

/** Of one finding's message. */
const MAX_MESSAGE = 4_000;

/** What a review says at its lines, and in its body of what has no place there. */
export function toReview(wish: ReviewWish, shown: ShownLines, maxComments: number): { body: string; comments: LineNote[] } {
  const placed: LineNote[] = [];
  const others: Finding[] = [];
  for (const finding of wish.findings) {
    const note = toLineNote(finding, shown);
    if (note === null) others.push(finding);
    else placed.push(note);
  }
  const left = placed.length - maxComments;
  const parts = [
    wish.body,
    ...(others.length > 0 ? [`Not at a line of this change:\n\n${listOf(others)}`] : []),
    ...(left > 0 ? [`${left} more at lines of this change ${left === 1 ? 'is' : 'are'} not shown.`] : []),
  ];
  const body = cutMarkdown(`${markerOf(wish.key)}\n${parts.filter((part) => part !== '').join('\n\n')}`, MAX_BODY);
  return { body, comments: placed.slice(0, maxComments) };
}

function toLineNote(finding: Finding, shown: ShownLines): LineNote | null {
  const path = fileOf(finding);
  if (path === null || finding.line === null || !shown.get(path)?.has(finding.line)) return null;
  const rule = finding.rule === null ? '' : ` ${code(finding.rule)}`;
  return {
    path,
    new_position: finding.line,
    body: `**${finding.severity}**${rule}\n\n${fenced(cutLine(finding.message.trim(), MAX_MESSAGE))}`,
  };
}

function listOf(findings: readonly Finding[]): string {
  const lines = findings.slice(0, MAX_LISTED).map(({ path, line, rule, message }) => {
    const place = path === null ? '' : `${code(line === null ? path : `${path}:${line}`)} `;
    return `- ${place}${code(cutLine(message, 200))}${rule === null ? '' : ` (${code(rule)})`}`;
  });
  const left = findings.length - MAX_LISTED;
  return [...lines, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
}

/** What tools say is quoted from a repository: in code it notifies nobody and closes nothing. */
function code(text: string): string {
  return `\`${text.replace(/\s+/g, ' ').replaceAll('`', '´').trim() || '?'}\``;
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
