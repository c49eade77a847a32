import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Nothing on the page keeps anybody from using it: the rules of WCAG 2.2 and the good practice around them. */
export async function expectAccessible(page: Page, what = page.url()): Promise<void> {
  // The page forbids scripts that are not its own, and this one is run from outside.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }));
  const said = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary}`).join('\n')}`,
  );
  expect(said, what).toEqual([]);
}

/** Nobody has to push the page sideways to read it. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const { wide, screen, past } = await page.evaluate<{ wide: number; screen: number; past: string[] }>(MEASURE);
  expect({ url: page.url(), wide, past }).toEqual({ url: page.url(), wide: screen, past: [] });
}

/** Run in the page, whose types are not those of this program. What may scroll by itself is left out. */
const MEASURE = `(() => {
  const past = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
  const shown = past.filter((element) => !element.closest('.unseen, .scroller, pre'));
  return { wide: document.documentElement.scrollWidth, screen: innerWidth, past: shown.map((element) => element.outerHTML.slice(0, 120)) };
})()`;
