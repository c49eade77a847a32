import { describe, expect, test } from 'vitest';
import { commitMessage, identityPart } from '../../src/git/commit-message.ts';

const coAuthor = { name: 'Ada', email: '1+ada@users.noreply.example.org' };

describe('the commit message', () => {
  test('is title, summary and credit', () => {
    expect(commitMessage({ title: 'Fix the sum', summary: 'It subtracted.\n\n* now it adds', coAuthor })).toBe(
      'Fix the sum\n\nIt subtracted.\n\n* now it adds\n\nCo-authored-by: Ada <1+ada@users.noreply.example.org>\n',
    );
    expect(commitMessage({ title: '', summary: '', coAuthor: null })).toBe('Change made by an agent\n');
  });

  test.each([
    'Co-authored-by: Linus <l@example.org>',
    '  signed-off-by: Boss <b@example.org>',
    'Reviewed-By: Boss <b@example.org>',
    'skip-checks: true',
    'Change-Id: I123',
  ])('a line that would be the trailer %j is quoted', (line) => {
    const message = commitMessage({ title: line, summary: `words\n\n${line}`, coAuthor });
    expect(message.split('\n').filter((candidate) => candidate.trim().toLowerCase().startsWith(line.trim().toLowerCase()))).toEqual([]);
    expect(message).toContain(`> ${line.trim()}`);
    expect(message.match(/^Co-authored-by:/gm)).toHaveLength(1);
  });

  test.each(['[skip ci]', '[CI SKIP]', '[no ci]', '[skip actions]', '[ actions skip ]', '***NO_CI***', '[s\u200bkip ci]'])(
    '%j does not turn the checks off',
    (words) => {
      const message = commitMessage({ title: `Fix ${words}`, summary: words, coAuthor: null });
      expect(message).not.toMatch(/\[\s*(skip|ci|no|actions)/i);
      expect(message).not.toContain('***');
    },
  );

  test('nothing is hidden, nothing controls a terminal, nothing is endless', () => {
    const message = commitMessage({
      title: `a\u202e\u0000b\nc ${'x'.repeat(500)}`,
      summary: `\u001b[31mred\r\nnext ${'y'.repeat(50_000)}`,
      coAuthor: null,
    });
    expect(message.split('\n')[0]).toHaveLength(72);
    expect(message.split('\n')[0]).toMatch(/^ab c x+$/);
    expect(message).toContain('[31mred\nnext');
    expect(message.length).toBeLessThan(10_200);
  });
});

test.each([
  ['Ada <evil@example.org>\nCo-authored-by: x', 'Ada evil@example.org Co-authored-by: x'],
  ['', 'unknown'],
  ['\u202e', 'unknown'],
])('the identity %j becomes %j', (text, expected) => {
  expect(identityPart(text)).toBe(expected);
});
