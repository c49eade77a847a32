import { describe, expect, test } from 'vitest';
import { branchName } from '../../src/git/branch-name.ts';
import { Git } from '../../src/git/git.ts';

describe('the branch of an issue', () => {
  test.each([
    [7, 'Fix the sum', 'agent/7-fix-the-sum'],
    [7, '', 'agent/7'],
    [null, 'Fix the sum', 'agent/work-fix-the-sum'],
    [null, '…', 'agent/work'],
    [7, '修复求和', 'agent/7'],
    [7, 'Ünïcödé façade', 'agent/7-unicode-facade'],
    [7, '../../etc/passwd', 'agent/7-etc-passwd'],
    [7, '--upload-pack=touch x', 'agent/7-upload-pack-touch-x'],
    [7, 'a..b.lock~1^{tree}:x?*[\\@{', 'agent/7-a-b-lock-1-tree-x'],
    [7, 'line\nbreak\0and\u202ebidi', 'agent/7-line-break-and-bidi'],
    [123_456, 'A title that goes on and on until it is far too long', 'agent/123456-a-title-that-goes-on-and-on-until-it'],
    [7, 'x'.repeat(500), `agent/7-${'x'.repeat(42)}`],
  ])('%i %j → %s', (issue, title, expected) => {
    expect(branchName(issue, title)).toBe(expected);
  });

  test.each([
    [['agent/7-fix-the-sum'], 'agent/7-fix-the-sum-2'],
    [['agent/7-fix-the-sum', 'agent/7-fix-the-sum-2'], 'agent/7-fix-the-sum-3'],
    [['Agent/7-Fix-The-Sum'], 'agent/7-fix-the-sum-2'],
    [['agent/7-fix-the-sum/below'], 'agent/7-fix-the-sum-2'],
    [['agent'], 'agent-7-fix-the-sum'],
    [['agent/7', 'main'], 'agent/7-fix-the-sum'],
  ])('where %j exist it is %s', (existing, expected) => {
    expect(branchName(7, 'Fix the sum', new Set(existing))).toBe(expected);
  });

  test('git takes every one of them, whatever the title', async () => {
    const git = new Git();
    for (const title of ['@', '.', '.lock', 'x.lock', '-', '/', 'refs/heads/main', 'HEAD', '\u{1f600}', 'a'.repeat(43), 'ab '.repeat(40)]) {
      const name = branchName(1, title, new Set([branchName(1, title)]));
      expect(name.length).toBeLessThanOrEqual(50);
      await git.ok(['check-ref-format', '--branch', name], {});
    }
  });
});
