import { expect, test } from 'vitest';
import { withCode } from '../../../src/web/parts/with-code.ts';

test.each([
  ['See #3; `/agent retry` goes on.', 'See #3; <code>/agent retry</code> goes on.'],
  ['`a` and `<b>`', '<code>a</code> and <code>&lt;b&gt;</code>'],
  ['one ` alone', 'one ` alone'],
])('%s', async (text, shown) => expect(String(await withCode(text))).toBe(shown));
