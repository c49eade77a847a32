import { expect, test } from 'vitest';
import { cutLine, cutMarkdown } from '../../src/forge/cut.ts';

test('what fits is left alone', () => {
  expect(cutMarkdown('x'.repeat(200), 200)).toBe('x'.repeat(200));
  expect(cutLine('title', 5)).toBe('title');
});

test('what does not fit is cut and says so', () => {
  const cut = cutMarkdown('x'.repeat(201), 200);
  expect(cut.length).toBeLessThanOrEqual(200);
  expect(cut).toMatch(/x\n\n\*The rest was cut: .+\*$/);
  expect(cutLine('a long title', 6)).toBe('a lon…');
});

test('the word about it stands outside of a code block that was cut in two', () => {
  const cut = cutMarkdown(`\`\`\`\n${'x'.repeat(300)}\n\`\`\``, 200);
  expect(cut.length).toBeLessThanOrEqual(200);
  expect(cut).toMatch(/x\n```\n\n\*The rest was cut/);
});

test('no half of a character is left', () => {
  expect(cutLine('ab😀', 4).isWellFormed()).toBe(true);
  for (let extra = 0; extra < 2; extra += 1) expect(cutMarkdown(`${'a'.repeat(extra)}${'😀'.repeat(200)}`, 200).isWellFormed()).toBe(true);
});
