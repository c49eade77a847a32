import { expect, test } from 'vitest';
import { isDraftTitle, titleFor } from '../../../src/forge/gitea/draft.ts';

test.each(['WIP: fix', 'wip: fix', '[WIP] fix', '[wip]fix', '  WIP:fix'])('%o is a draft', (title) => {
  expect(isDraftTitle(title)).toBe(true);
});

test.each(['fix', 'fix WIP: it', 'WIP fix', 'Wiping: fix', ''])('%o is none', (title) => {
  expect(isDraftTitle(title)).toBe(false);
});

test.each([
  ['fix', true, 'WIP: fix'],
  ['fix', false, 'fix'],
  ['WIP: fix', true, 'WIP: fix'],
  ['[WIP] WIP: fix', false, 'fix'],
  ['WIP: ', false, 'WIP: '],
])('%o with draft %o is titled %o', (title, draft, expected) => {
  expect(titleFor(title, draft)).toBe(expected);
});

test('a long title keeps its prefix', () => {
  expect(titleFor('x'.repeat(400), true)).toMatch(/^WIP: x{249}…$/);
});
