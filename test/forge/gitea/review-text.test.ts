import { expect, test } from 'vitest';
import type { Finding } from '../../../src/domain/finding.ts';
import { toReview } from '../../../src/forge/gitea/review-text.ts';

const shown = new Map([['a.ts', new Set([1, 2, 3])]]);

function finding(changes: Partial<Finding> = {}): Finding {
  return { severity: 'error', path: 'a.ts', line: 1, endLine: null, rule: 'TS2345', message: 'wrong', ...changes };
}

function review(findings: Finding[], max = 10) {
  return toReview({ repository: 'acme/app', number: 5, sha: 'abc', key: 'review:1', body: 'Two faults.', findings }, shown, max);
}

test('a finding stands at its line, and the body is as it was given', () => {
  expect(review([finding()])).toEqual({
    body: '<!-- signalbox:review%3A1 -->\nTwo faults.',
    comments: [{ path: 'a.ts', new_position: 1, body: '**error** `TS2345`\n\n```text\nwrong\n```' }],
  });
});

test('of many the first stand at their lines, and the rest are counted', () => {
  const one = review([finding(), finding({ line: 2 })], 1);
  expect(one.comments).toHaveLength(1);
  expect(one.body).toContain('1 more at lines of this change is not shown.');
  expect(review([finding(), finding(), finding()], 0)).toMatchObject({ comments: [], body: expect.stringContaining('3 more') });
});

test('what has no place is listed, and no more of it than people read', () => {
  const { body, comments } = review(Array.from({ length: 60 }, (_, n) => finding({ line: n + 10 })));
  expect(comments).toEqual([]);
  expect(body).toContain('- `a.ts:10` `wrong` (`TS2345`)');
  expect(body).toContain('- and 10 more');
  expect(body).not.toContain('a.ts:60');
});

test('what a tool says names nobody, closes nothing and ends no code', () => {
  const message = 'see @ada\n```\nCloses #1\n````x';
  const { body, comments } = review([finding({ message }), finding({ message, line: 9, rule: '`' })]);
  expect(comments[0]?.body).toBe(`**error** \`TS2345\`\n\n\`\`\`\`\`text\n${message}\n\`\`\`\`\``);
  expect(body).toContain('- `a.ts:9` `see @ada ´´´ Closes #1 ´´´´x` (`´`)');
});

test('a long message is cut, and so is a long body', () => {
  expect(review([finding({ message: 'x'.repeat(9000) })]).comments[0]?.body.length).toBeLessThan(4100);
  const wish = { repository: 'acme/app', number: 5, sha: 'abc', key: 'k', body: 'b'.repeat(70_000), findings: [] };
  expect(toReview(wish, shown, 1).body.length).toBeLessThanOrEqual(65_536);
});
