import { describe, expect } from 'vitest';
import { PAUSE, whilePaused } from '../flow/pause.ts';
import { bash, MEND, turn } from '../flow/scripts.ts';
import { REPOSITORY, story, until } from '../flow/stage.ts';
import { openScreen } from '../support/browser.ts';
import { needsChromium } from '../support/needs.ts';

const noChromium = await needsChromium();

const TITLE = 'duration(119) says 2 minutes';
const [LOOK, CHANGE] = [turn(bash('cat src/duration.js')), MEND[0]!];

describe.skipIf(noChromium)('the whole story, watched in a browser', () => {
  story(
    'is shown as it happens, without a reload',
    { script: [LOOK, turn(PAUSE), CHANGE, turn(PAUSE), ...MEND.slice(1)] },
    async (stage) => {
      await using screen = await openScreen(stage);
      const { page } = screen;
      await page.getByText('No agent is at work.').waitFor();
      await page.locator('#live[data-state=on]').waitFor();
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));

      const issue = await stage.openIssue(TITLE);
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      const row = page.getByRole('row', { name: TITLE });
      await row.getByText('running', { exact: true }).waitFor();
      await row.getByText('the agent is working').waitFor();
      expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true);

      await page.getByRole('link', { name: TITLE, exact: true }).click();
      await page.getByRole('heading', { name: `running ${TITLE}` }).waitFor();
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
      const call = page.locator('.call', { hasText: 'cat src/duration.js' });
      await whilePaused(stage, async () => {
        await page.getByText('under way').waitFor();
        // What somebody has opened stays open while the page grows.
        await call.locator('summary').click();
        await call.getByText('export function duration').waitFor();
        expect(await page.getByRole('heading', { name: 'What it has changed' }).count()).toBe(0);
      });
      await page.getByRole('heading', { name: 'What it has changed' }).waitFor();
      await page.getByText('+  const minutes = Math.floor').first().waitFor();
      await whilePaused(stage, async () => {
        expect(await call.locator('details').getAttribute('open')).not.toBeNull();
      });

      await page.getByRole('heading', { name: `completed ${TITLE}` }).waitFor();
      await page.getByText('The work is in pull request #2, and all 3 gates passed.').waitFor();
      await page.getByRole('heading', { name: 'What it published' }).waitFor();
      for (const gate of ['lint', 'test', 'coverage']) await page.locator(`#gate-${gate}`, { hasText: 'passed' }).waitFor();
      expect(await call.locator('details').getAttribute('open')).not.toBeNull();
      expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true);
      const parts = await page.locator('#transcript > li').evaluateAll((items) => items.map(({ id }) => id));
      expect(parts).toEqual([...new Set(parts)]);
      expect(parts.length).toBe(7);
      expect(await page.getByRole('link', { name: '#2', exact: true }).getAttribute('href')).toMatch(/\/acme\/duration\/\w+\/2$/);
      expect(screen.complaints).toEqual([]);
      await stage.ended(issue);
    },
  );

  story('is readable without JavaScript, which says so', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.ended(issue);
    await using screen = await openScreen(stage, { javaScriptEnabled: false });
    const { page } = screen;
    await page.getByText('does not refresh itself').waitFor();
    await page.getByRole('link', { name: TITLE, exact: true }).click();
    await page.locator('.call summary', { hasText: 'submit' }).click();
    await page.getByText('What was asked for.').waitFor();
  });
});

describe.skipIf(noChromium)('a kill in a browser', () => {
  const HANG = [{ fail: 'hang' }] as const;

  story('is asked about, requested and confirmed', { script: HANG }, async (stage) => {
    await using screen = await openScreen(stage);
    const { page } = screen;
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.model.arrived(0);

    await page.getByRole('link', { name: `Kill… ${TITLE}` }).click();
    const question = page.getByRole('dialog', { name: 'Kill this agent?' });
    await question.getByText(TITLE).waitFor();
    await question.getByRole('link', { name: 'Leave it' }).click();
    await question.waitFor({ state: 'detached' });

    await page.getByRole('link', { name: `Kill… ${TITLE}` }).click();
    await question.getByLabel('Why').fill('wrong issue');
    await question.getByRole('button', { name: 'Kill it' }).click();
    await page.getByText('Stop requested, not yet confirmed.').waitFor();
    const task = await stage.ended(issue);
    expect(task).toMatchObject({
      state: 'killed',
      outcome: { message: expect.stringContaining('Stopped by api (ada) (wrong issue)') as string },
    });
    await page.getByRole('row', { name: TITLE }).getByText('killed', { exact: true }).waitFor();
    await page.getByText('No agent is at work.').waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(screen.complaints).toEqual([]);
  });

  story('and a retry work without JavaScript', { script: HANG }, async (stage) => {
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.model.arrived(0);
    await using screen = await openScreen(stage, { javaScriptEnabled: false });
    const { page } = screen;
    await page.getByRole('link', { name: `Kill… ${TITLE}` }).click();
    await page.getByRole('heading', { name: 'Kill this agent?' }).waitFor();
    await page.getByRole('button', { name: 'Kill it' }).click();
    await page.getByText('Stop requested, not yet confirmed.').waitFor();
    await stage.ended(issue);
    await page.goto('/history?state=killed');
    await page.getByRole('link', { name: TITLE, exact: true }).click();
    await page.getByRole('link', { name: 'Retry…' }).click();
    await page.getByLabel('What to do differently').fill('Not this one.');
    await page.getByRole('button', { name: 'Start it again' }).click();
    await page.getByText('A new task goes on from there. This is it.').waitFor();
    await until(async () => (await stage.tasks()).length === 2, 'the second task');
    await page.goto('/instance/kill-all');
    await page.getByRole('button', { name: 'Kill them all' }).click();
    expect(await stage.ended(issue, 2)).toMatchObject({ state: 'killed', instruction: 'Not this one.' });
  });
});
