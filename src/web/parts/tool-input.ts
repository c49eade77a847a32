import { html } from 'hono/html';
import { z } from 'zod';
import { inputText } from '../../report/transcript-story.ts';
import { diffLines } from './diff.ts';
import type { Html } from './html.ts';

const Edit = z.looseObject({ command: z.literal('str_replace'), path: z.string(), old_str: z.string(), new_str: z.string().default('') });
const File = z.looseObject({ command: z.string(), path: z.string(), file_text: z.string().optional() });
const Submission = z.looseObject({ title: z.string(), summary: z.string() });

const LONGEST_LINE = 140;

/** What a tool was asked, on one line. Pure. */
export function inputLine(input: unknown): string {
  const file = File.safeParse(input);
  if (file.success) return oneLine(`${file.data.command} ${file.data.path}`);
  const submission = Submission.safeParse(input);
  return oneLine(submission.success ? submission.data.title : inputText(input));
}

/** The same in full: an edit as what goes and what comes. */
export function inputBody(input: unknown): Html {
  const edit = Edit.safeParse(input);
  if (edit.success) return diffLines([...marked('-', edit.data.old_str), ...marked('+', edit.data.new_str)]);
  const file = File.safeParse(input);
  if (file.success && file.data.file_text !== undefined) return diffLines(marked('+', file.data.file_text));
  const submission = Submission.safeParse(input);
  return html`<pre>${submission.success ? `${submission.data.title}\n\n${submission.data.summary}` : inputText(input)}</pre>`;
}

function marked(mark: string, text: string): string[] {
  return text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${mark}${line}`);
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line;
}
