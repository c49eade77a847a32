import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edit } from '../../../../workers/agent/tools/edit.ts';
import { type AgentSandbox, openAgentSandbox } from '../../../support/model/agent-sandbox.ts';

let box: AgentSandbox;
beforeAll(async () => (box = await openAgentSandbox()));
afterAll(async () => box[Symbol.asyncDispose]());

function call(input: unknown) {
  return edit.call(input, { sandbox: box.sandbox, maxMs: 20_000, signal: new AbortController().signal });
}

describe('the edit tool', () => {
  test('shows a file with line numbers, or a part of it', async () => {
    await box.write('a.txt', 'one\ntwo\nthree\n');
    expect(await call({ command: 'view', path: 'a.txt' })).toEqual({ text: '     1\tone\n     2\ttwo\n     3\tthree', isError: false });
    expect(await call({ command: 'view', path: join(box.repository, 'a.txt'), view_range: [2, -1] })).toEqual({
      text: '     2\ttwo\n     3\tthree',
      isError: false,
    });
  });

  test('lists a folder two levels deep without hidden files and node_modules', async () => {
    for (const path of ['list/a/b/c.txt', 'list/.git/x', 'list/node_modules/x', 'list/d.txt']) await box.write(path, '');
    const { text } = await call({ command: 'view', path: 'list' });
    expect(text.split('\n').slice(1)).toEqual(['a', 'a/b', 'd.txt']);
  });

  test('creates a file with its folders, and puts a new content in place of an old one', async () => {
    expect(await call({ command: 'create', path: "new/deep/$(touch x) 'q'.txt", file_text: 'hi 🐙\n' })).toMatchObject({ isError: false });
    expect(await box.read("new/deep/$(touch x) 'q'.txt")).toBe('hi 🐙\n');
    await call({ command: 'create', path: "new/deep/$(touch x) 'q'.txt", file_text: '' });
    expect(await box.read("new/deep/$(touch x) 'q'.txt")).toBe('');
  });

  test('replaces what stands once, literally, and shows the place', async () => {
    await box.write('b.txt', 'a\nb $& c\nd\n');
    expect(await call({ command: 'str_replace', path: 'b.txt', old_str: 'b $& c', new_str: "$' $1\nx" })).toEqual({
      text: `${join(box.repository, 'b.txt')} is changed. It now reads:\n     1\ta\n     2\t$' $1\n     3\tx\n     4\td`,
      isError: false,
    });
    expect(await box.read('b.txt')).toBe("a\n$' $1\nx\nd\n");
  });

  test('takes text away when there is nothing to put in its place', async () => {
    await box.write('gone.txt', 'keep this, drop this');
    await call({ command: 'str_replace', path: 'gone.txt', old_str: ', drop this' });
    expect(await box.read('gone.txt')).toBe('keep this');
  });

  test('keeps the line ends and the byte order mark of a file', async () => {
    await box.write('crlf.txt', '\ufeffa\r\nb\r\nc\r\n');
    expect(await call({ command: 'str_replace', path: 'crlf.txt', old_str: 'a\nb', new_str: 'x\ny' })).toMatchObject({ isError: false });
    expect(await box.read('crlf.txt')).toBe('\ufeffx\r\ny\r\nc\r\n');
  });

  test.each([
    [0, 'x', 'a\nb\n', 'x\na\nb\n'],
    [1, 'x\ny\n', 'a\nb\n', 'a\nx\ny\nb\n'],
    [2, 'x', 'a\nb\n', 'a\nb\nx\n'],
    [2, 'x', 'a\nb', 'a\nb\nx'],
    [0, 'x\n', '', 'x\n'],
  ])('inserts after line %i', async (insert_line, insert_text, before, after) => {
    await box.write('i.txt', before);
    expect(await call({ command: 'insert', path: 'i.txt', insert_line, insert_text })).toMatchObject({ isError: false });
    expect(await box.read('i.txt')).toBe(after);
  });

  test.each([
    ['a file that is not there', { command: 'view', path: 'nowhere.txt' }, /does not exist/],
    ['a binary file', { command: 'view', path: 'binary' }, /not UTF-8/],
    ['a text in another encoding', { command: 'str_replace', path: 'latin', old_str: 'a', new_str: 'b' }, /not UTF-8/],
    ['a file that is too large', { command: 'view', path: 'large' }, /larger than/],
    ['a range outside of the file', { command: 'view', path: 'twice.txt', view_range: [9, 12] }, /has 2 lines/],
    ['text that is not there', { command: 'str_replace', path: 'twice.txt', old_str: 'never', new_str: '' }, /not found/],
    ['text that stands twice', { command: 'str_replace', path: 'twice.txt', old_str: 'same', new_str: 'x' }, /2 places \(lines 1, 2\)/],
    ['an empty old_str', { command: 'str_replace', path: 'twice.txt', old_str: '', new_str: 'x' }, /empty/],
    ['a line that is not there', { command: 'insert', path: 'twice.txt', insert_line: 3, insert_text: 'x' }, /has 2 lines/],
    ['a missing text', { command: 'create', path: 'x.txt' }, /file_text is missing/],
    ['an unknown command', { command: 'undo_edit', path: 'x.txt' }, /command/],
    ['no input', null, /does not fit/],
    ['writing over a folder', { command: 'create', path: 'folder', file_text: '' }, /folder/],
    ['a folder below a file', { command: 'create', path: 'twice.txt/x', file_text: '' }, /could not be written/],
  ])('refuses %s', async (_, input, reason) => {
    await box.write('binary', Buffer.from([1, 0, 2]));
    await box.write('latin', Buffer.from('caf\xe9 a', 'latin1'));
    await box.write('large', 'x'.repeat(1_048_577));
    await box.write('twice.txt', 'same\nsame\n');
    await box.write('folder/x', '');
    const result = await call(input);
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(reason);
    expect(await box.read('twice.txt')).toBe('same\nsame\n');
  });

  test('bounds what it shows, and says how to see the rest', async () => {
    await box.write('long.txt', 'some words on a line\n'.repeat(5000));
    const { text } = await call({ command: 'view', path: 'long.txt' });
    expect(text.length).toBeLessThan(31_000);
    expect(text).toContain('view_range');
  });

  test('a pipe or a device does not hold it up', async () => {
    await symlink('/dev/zero', join(box.repository, 'endless'));
    expect(await call({ command: 'view', path: 'endless' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('regular file'),
    });
    expect(await call({ command: 'create', path: 'endless', file_text: 'x' })).toMatchObject({ isError: true });
  });
});
