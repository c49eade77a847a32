import { describe, expect, test } from 'vitest';
import { inputBody, inputLine } from '../../../src/web/parts/tool-input.ts';

describe('what a tool was asked', () => {
  test.each([
    [{ command: 'ls\n  -la' }, 'ls -la'],
    [{ command: 'x'.repeat(200) }, `${'x'.repeat(139)}…`],
    [{ command: 'view', path: 'a.ts' }, 'view a.ts'],
    [{ command: 'str_replace', path: 'a.ts', old_str: 'a', new_str: 'b' }, 'str_replace a.ts'],
    [{ title: 'Mend it', summary: 'Done.' }, 'Mend it'],
    [{ other: 1 }, '{ "other": 1 }'],
    [undefined, ''],
    [null, 'null'],
  ])('%j, on one line: %s', (input, line) => expect(inputLine(input)).toBe(line));

  test.each([
    [{ command: 'ls -la' }, '<pre>ls -la</pre>'],
    [{ command: 'str_replace', path: 'a.ts', old_str: 'a\nb', new_str: '' }, '>-a\n</span><span class="removed">-b\n</span>'],
    [{ command: 'create', path: 'a.ts', file_text: 'x\n' }, '<span class="added">+x\n</span>'],
    [{ command: '<b>' }, '&lt;b&gt;'],
    [{ other: '<b>' }, '&lt;b&gt;'],
  ])('%j, in full', async (input, part) => expect(String(await inputBody(input))).toContain(part));
});
