import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect } from 'vitest';
import { bash, MEND, submit, turn } from '../flow/scripts.ts';
import { REPOSITORY, story, until, type Stage } from '../flow/stage.ts';
import { openScreen, type Screen } from '../support/browser.ts';
import { controlApi } from '../support/control-api.ts';
import { needsChromium } from '../support/needs.ts';
import { expectAccessible, expectNoSidewaysScrolling } from '../support/page-checks.ts';

const noChromium = await needsChromium();

const DONE = 'duration(119) says 2 minutes';
const AT_WORK = `A very long title ${'without-any-place-to-break-it-'.repeat(5)}`;
const WAITS = 'One that waits';

/** One conversation comes to an end; the others hang, so that something is at work and something waits. */
const WISH = {
  script: [
    { when: DONE, turns: [{ ...turn(bash('false')), text: 'I begin.' }, ...MEND.slice(0, 1), submit('Cut minutes off')] },
    { turns: [{ ...MEND[0]!, text: `See ${'https://example.com/a-long-address/'.repeat(9)}` }, { fail: 'hang' as const }] },
  ],
  settings: { MAX_CONCURRENT_AGENTS: '1' },
};

/** A task that is over, one at work and one that waits. */
async function setScene(stage: Stage): Promise<{ over: string; atWork: string; waiting: string }> {
  const first = await stage.openIssue(DONE);
  await stage.ada.label(REPOSITORY, first, 'agent:worker');
  const over = await stage.ended(first);
  const asked = stage.model.requests.length;
  await stage.ada.label(REPOSITORY, await stage.openIssue(AT_WORK), 'agent:worker');
  await stage.model.arrived(asked + 1);
  await stage.ada.label(REPOSITORY, await stage.openIssue(WAITS), 'agent:worker');
  const ids = await until(async () => {
    const tasks = await stage.tasks();
    return tasks.length === 3 && tasks.map(({ id }) => id);
  }, 'three tasks');
  return { over: over.id, atWork: ids[1]!, waiting: ids[2]! };
}

async function addressesIn(stage: Stage): Promise<string[]> {
  const { over, atWork, waiting } = await setScene(stage);
  const { rows } = await stage.signalbox.database.pool.query<{ id: string }>('select id from signalbox.agents where task_id = $1', [over]);
  const agent = `/agents/${rows[0]!.id}`;
  const lists = [
    '/',
    '/queue',
    '/history',
    '/repositories',
    `/repositories/github/${REPOSITORY}`,
    '/figures',
    '/audit-log',
    '/history?by=nobody',
  ];
  const tasks = [`/task/${over}`, `/task/${atWork}`, `/task/${waiting}`, '/task/x', agent, `${agent}/gates/test`];
  const questions = [`/task/${atWork}/kill`, `/task/${over}/retry`, `/task/${waiting}/priority`, '/instance/kill-all', '/instance/halt'];
  return [...lists, ...tasks, ...questions];
}

/** Opens what is folded: what nobody looks at nobody complains about. */
async function visit({ page }: Screen, address: string): Promise<void> {
  await page.goto(address);
  await page.evaluate('document.querySelectorAll("details").forEach((details) => (details.open = true))');
}

const EYES: readonly (readonly [string, BrowserContextOptions])[] = [
  ['in the light', { colorScheme: 'light' }],
  ['in the dark', { colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
];

describe.skipIf(noChromium)('every page', () => {
  for (const [how, eyes] of EYES) {
    story(`can be used by everybody, and needs no pushing sideways, ${how}`, WISH, async (stage) => {
      const addresses = await addressesIn(stage);
      await using screen = await openScreen(stage, eyes);
      for (const address of addresses) {
        await visit(screen, address);
        await expectAccessible(screen.page);
        await expectNoSidewaysScrolling(screen.page);
      }
      expect(screen.complaints.filter((complaint) => !/status of 404 .*\/task\/x\)$/.test(complaint))).toEqual([]);
      await controlApi(stage, 'POST /agents/kill-all');
    });
  }

  story('says what is halted and what is asked for to everybody, also in a dialog', WISH, async (stage) => {
    const { atWork } = await setScene(stage);
    for (const [, eyes] of EYES) {
      await using screen = await openScreen(stage, eyes);
      const { page } = screen;
      await page.getByRole('link', { name: 'Halt…' }).click();
      await page.getByRole('dialog', { name: 'Halt this Signalbox?' }).getByLabel('Why').fill('too hot');
      await expectAccessible(page, 'a dialog');
      await expectNoSidewaysScrolling(page);
      await page.getByRole('button', { name: 'Halt', exact: true }).click();
      await page.getByText('Halted: nothing new starts until it is lifted.').waitFor();
      await page.locator('.banner', { hasText: 'too hot' }).waitFor();
      await expectAccessible(page, 'a halt');
      await expectNoSidewaysScrolling(page);
      await page.goto(`/task/${atWork}`);
      await page.getByRole('link', { name: 'Lift the halt…' }).click();
      await page.getByRole('button', { name: 'Lift the halt', exact: true }).click();
      await page.getByText('The halt is lifted').waitFor();
      expect(screen.complaints).toEqual([]);
    }
    await controlApi(stage, 'POST /agents/kill-all');
  });
});

describe.skipIf(noChromium)('with the keyboard alone', () => {
  story('a task is found, its transcript read, and its agent killed', WISH, async (stage) => {
    await setScene(stage);
    await using screen = await openScreen(stage);
    const { page } = screen;
    const { keyboard } = page;
    await page.reload();
    await keyboard.press('Tab');
    expect(await focused(screen)).toBe('Skip to the content');
    await expectFocusIsSeen(screen);
    await keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');

    await tabTo(screen, AT_WORK.trim());
    await expectFocusIsSeen(screen);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: `running ${AT_WORK.trim()}` }).waitFor();
    await tabTo(screen, /^edit str_replace src\/duration\.js/);
    await keyboard.press('Enter');
    await page.locator('.call').getByText('+  const minutes').or(page.getByText('+Math.floor')).first().waitFor();

    await page.goBack();
    await tabTo(screen, `Kill… ${AT_WORK.trim()}`);
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused(screen)).toBe(`Kill… ${AT_WORK.trim()}`);
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(screen, 'Kill it');
    await keyboard.press('Enter');
    await page.getByText('Stop requested, not yet confirmed.').waitFor();
    await page.getByRole('row', { name: AT_WORK.trim() }).getByText('killed', { exact: true }).waitFor();
    expect(screen.complaints).toEqual([]);
    await controlApi(stage, 'POST /agents/kill-all');
  });
});

/** What has the focus, as its words. */
async function focused({ page }: Screen): Promise<string> {
  return (await page.evaluate<string>('document.activeElement.textContent')).replace(/\s+/g, ' ').trim();
}

async function tabTo(screen: Screen, words: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 80; presses += 1) {
    await screen.page.keyboard.press('Tab');
    const at = await focused(screen);
    if (typeof words === 'string' ? at === words : words.test(at)) return;
    passed.push(at);
  }
  throw new Error(`${String(words)} was not reached by Tab, but ${passed.map((at) => at.slice(0, 40)).join(' → ')}`);
}

async function expectFocusIsSeen({ page }: Screen): Promise<void> {
  const outline = await page.evaluate<{ style: string; width: string }>(
    '(({ outlineStyle, outlineWidth }) => ({ style: outlineStyle, width: outlineWidth }))(getComputedStyle(document.activeElement))',
  );
  expect(outline).toEqual({ style: 'solid', width: '2px' });
}
