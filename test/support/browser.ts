import axe from 'axe-core';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { readApiToken } from '../../src/api-token.ts';
import { findChromium } from './needs.ts';

/** A person at a browser, in front of one Signalbox. */
export interface Screen extends AsyncDisposable {
  readonly page: Page;
  /** Everything that the browser complained about. */
  readonly complaints: readonly string[];
}

interface Place {
  readonly signalbox: { readonly url: string | null };
  readonly dataDir: string;
}

/** Milliseconds. A story takes its time where many run at once. */
const PATIENCE_MS = 60_000;

/** A browser of its own, which has been signed in as an admin, and stands on the first page. */
export async function openScreen(place: Place, options: BrowserContextOptions = {}): Promise<Screen> {
  await using stack = new AsyncDisposableStack();
  const screen = stack.use(await openBlankScreen(place, options));
  await signIn(screen.page, place);
  const parts = stack.move();
  return { ...screen, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** A browser of its own that has not been anywhere. */
export async function openBlankScreen(place: Pick<Place, 'signalbox'>, options: BrowserContextOptions = {}): Promise<Screen> {
  await using stack = new AsyncDisposableStack();
  const browser = await chromium.launch({
    executablePath: (await findChromium())!,
    // The browser's own sandbox does not work for root, nor everywhere else; what it shows here is our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
  stack.defer(() => browser.close());
  const context = await browser.newContext({ baseURL: place.signalbox.url!, viewport: { width: 1280, height: 860 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const parts = stack.move();
  return { page, complaints, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function signIn(page: Page, { dataDir }: Place): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Token').fill((await readApiToken(dataDir))!);
  await page.getByLabel('Your name').fill('ada');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Agents' }).waitFor();
}

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
