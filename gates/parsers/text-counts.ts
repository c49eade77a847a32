import { cleanText } from './clean.ts';
import type { TestCounts } from './parsed.ts';

/** What runners say at the end when nothing better than their text is there. The last one that is found counts. */
const SAYINGS: readonly ((text: string) => TestCounts | null)[] = [mocha, jestLine, nodeOrTap, unittest];

export function countTests(output: string): TestCounts | null {
  const text = cleanText(output).slice(-262_144);
  for (const saying of SAYINGS) {
    const counts = saying(text);
    if (counts !== null) return counts;
  }
  return null;
}

/** `3 passing (2ms)`, `1 failing`, `1 pending`. */
function mocha(text: string): TestCounts | null {
  const passed = last(text, /^\s*(\d+) passing\b/gm);
  if (passed === null) return null;
  return { passed, failed: last(text, /^\s*(\d+) failing\b/gm) ?? 0, skipped: last(text, /^\s*(\d+) pending\b/gm) ?? 0 };
}

/** `Tests:       1 failed, 1 skipped, 1 passed, 3 total` of jest, `Tests  1 failed | 1 passed (2)` of vitest. */
function jestLine(text: string): TestCounts | null {
  const line = [...text.matchAll(/^\s*Tests:?\s{1,8}(?=.*\d)(.*)$/gm)].at(-1)?.[1];
  if (line === undefined) return /^\s*No test(s| files?) found/m.test(text) ? { passed: 0, failed: 0, skipped: 0 } : null;
  const of = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') + of('todo') };
}

/** `ℹ tests 3` of node's spec reporter, `# tests 3` of TAP. */
function nodeOrTap(text: string): TestCounts | null {
  const of = (word: string): number | null => last(text, new RegExp(`^[ℹ#] ${word} (\\d+)$`, 'gm'));
  const total = of('tests');
  if (total === null) return null;
  const failed = (of('fail') ?? 0) + (of('cancelled') ?? 0);
  const skipped = (of('skipped') ?? of('skip') ?? 0) + (of('todo') ?? 0);
  return { passed: of('pass') ?? Math.max(0, total - failed - skipped), failed, skipped };
}

/** `Ran 3 tests in 0.001s` … `FAILED (failures=1, errors=1, skipped=1)`. */
function unittest(text: string): TestCounts | null {
  const total = last(text, /^Ran (\d+) tests? in /gm);
  if (total === null) return null;
  const of = (word: string): number => last(text, new RegExp(`^(?:FAILED|OK) \\(.*\\b${word}=(\\d+)`, 'gm')) ?? 0;
  const failed = of('failures') + of('errors');
  return { passed: Math.max(0, total - failed - of('skipped')), failed, skipped: of('skipped') };
}

function last(text: string, pattern: RegExp): number | null {
  const match = [...text.matchAll(pattern)].at(-1);
  return match === undefined ? null : Number(match[1]);
}
