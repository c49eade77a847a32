import { posix } from 'node:path';
import { z } from 'zod';
import { listFolder, readFile, writeFile } from '../edit/files.ts';
import { type Change, around, insertAfter, linesOf, numbered, replaceOnce } from '../edit/text.ts';
import { MAX_RESULT, REPOSITORY_FOLDER, type ToolContext, type ToolResult, defineTool, refusal } from '../tool.ts';

const Input = z.strictObject({
  command: z.enum(['view', 'create', 'str_replace', 'insert']),
  path: z.string().min(1).describe('Absolute, or relative to the repository.'),
  view_range: z
    .tuple([z.number().int().min(1), z.number().int()])
    .nullish()
    .describe('view: first and last line, from 1; -1 is the end of the file.'),
  file_text: z.string().nullish().describe('create: the whole content.'),
  old_str: z.string().nullish().describe('str_replace: text that stands exactly once in the file.'),
  new_str: z.string().nullish().describe('str_replace: what replaces it; nothing when left out.'),
  insert_line: z.number().int().min(0).nullish().describe('insert: the line to insert after; 0 is the start of the file.'),
  insert_text: z.string().nullish().describe('insert: the text.'),
});
type Input = z.infer<typeof Input>;

export const edit = defineTool({
  name: 'str_replace_based_edit_tool',
  builtin: 'text-editor',
  description:
    'Views and edits text files. view: a file with line numbers (or a part of it), or a folder two levels deep. create: writes a whole file, in place of one that is there. str_replace: replaces text that stands exactly once. insert: puts text after a line.',
  input: Input,
  describe: ({ command, path }) => `${command} ${path}`,
  async run(input, context) {
    const path = posix.resolve(context.sandbox.root, REPOSITORY_FOLDER, input.path);
    switch (input.command) {
      case 'view':
        return view(path, input, context);
      case 'create':
        return create(path, input, context);
      case 'str_replace':
        return change(path, context, (text) =>
          hasText(input.old_str) ? replaceOnce(text, input.old_str, input.new_str ?? '') : { problem: 'old_str is missing' },
        );
      case 'insert':
        return change(path, context, (text) => insertion(text, input));
    }
  },
});

async function view(path: string, { view_range: range }: Input, context: ToolContext): Promise<ToolResult> {
  const read = await readFile(path, context);
  if (read.kind === 'refused') return refusal(`${path} ${read.reason}.`);
  if (read.kind === 'folder') {
    if (range) return refusal(`${path} is a folder, so view_range means nothing.`);
    return { text: bounded(`${path}, two levels deep, without hidden files:\n${await listFolder(path, context)}`), isError: false };
  }
  const lines = linesOf(read.text);
  if (lines.length === 0) return { text: '(the file is empty)', isError: false };
  const [first, asked] = range ?? [1, -1];
  const last = asked === -1 ? lines.length : Math.min(asked, lines.length);
  if (first > lines.length || last < first)
    return refusal(`view_range [${first}, ${asked}] does not fit: the file has ${lines.length} lines.`);
  return { text: bounded(numbered(lines, first, last)), isError: false };
}

async function create(path: string, { file_text: text }: Input, context: ToolContext): Promise<ToolResult> {
  if (!hasText(text)) return refusal('file_text is missing.');
  const problem = await writeFile(path, text, context);
  return problem === null ? { text: `${path} is written.`, isError: false } : refusal(`${path} could not be written: ${problem}.`);
}

async function change(path: string, context: ToolContext, make: (text: string) => Change): Promise<ToolResult> {
  const read = await readFile(path, context);
  if (read.kind === 'folder') return refusal(`${path} is a folder.`);
  if (read.kind === 'refused') return refusal(`${path} ${read.reason}.`);
  const changed = make(read.text);
  if ('problem' in changed) return refusal(`${path} was not changed: ${changed.problem}.`);
  const problem = await writeFile(path, changed.text, context);
  if (problem !== null) return refusal(`${path} could not be written: ${problem}.`);
  return { text: bounded(`${path} is changed. It now reads:\n${around(changed)}`), isError: false };
}

function insertion(text: string, input: Input): Change {
  if (typeof input.insert_line !== 'number') return { problem: 'insert_line is missing' };
  // Earlier versions of this tool called the text new_str, and models remember it.
  const inserted = input.insert_text ?? input.new_str;
  return hasText(inserted) ? insertAfter(text, input.insert_line, inserted) : { problem: 'insert_text is missing' };
}

function hasText(text: string | null | undefined): text is string {
  return typeof text === 'string';
}

function bounded(text: string): string {
  if (text.length <= MAX_RESULT) return text;
  const kept = text.slice(0, MAX_RESULT);
  return `${kept.slice(0, kept.lastIndexOf('\n') + 1 || MAX_RESULT)}[cut here: ${text.length - MAX_RESULT} characters more. Ask for a part with view_range.]`;
}
