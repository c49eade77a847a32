import { describe, expect } from 'vitest';
import { startGitea } from '../support/gitea/gitea.ts';
import { REPOSITORY, story, type AnyStage, type StandInForge } from '../flow/stage.ts';
import { openBlankScreen, type Screen } from '../support/browser.ts';
import { expectAccessible, expectNoSidewaysScrolling } from '../support/page-checks.ts';
import { startGithub } from '../support/github/github.ts';
import { needsChromium } from '../support/needs.ts';

const noChromium = await needsChromium();

const TITLE = 'duration(119) says 2 minutes';
const PHONE = { viewport: { width: 360, height: 740 } };

const FORGES: readonly (readonly [string, 'github' | 'gitea', () => Promise<StandInForge>])[] = [
  ['GitHub', 'github', startGithub],
  ['Gitea', 'gitea', startGitea],
];

/** At another site than the forge, which is on 127.0.0.1: what browsers keep from a cookie there, they keep from it here. */
async function openDoor(stage: Pick<AnyStage, 'forge' | 'signalbox'>, name: string, options = {}): Promise<Screen> {
  const { port } = new URL(stage.signalbox.url!);
  const here = `http://localhost:${port}`;
  stage.forge.oauth.callbacks.push(`${here}/sign-in/${name}/callback`);
  return openBlankScreen(stage, { baseURL: here, ...options });
}

async function signInAs({ page }: Screen, title: string, login: string): Promise<void> {
  await page.getByRole('link', { name: `Sign in with ${title}` }).click();
  await page.getByLabel('Login').fill(login);
  await page.getByRole('button', { name: 'Authorize' }).click();
}

describe.skipIf(noChromium).each(FORGES)('in a browser, by the button of %s', (title, name, forge) => {
  story('somebody signs in, watches an agent, and kills it', { script: [{ fail: 'hang' }], signIn: true, forge }, async (stage) => {
    await using screen = await openDoor(stage, name);
    const { page } = screen;
    await page.goto('/queue');
    await expectAccessible(page);
    await signInAs(screen, title, 'ada');
    await page.getByRole('heading', { name: 'Queue' }).waitFor();
    await page.getByText(`on ${name}`, { exact: true }).waitFor();

    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.model.arrived(0);
    await page.getByRole('link', { name: 'Agents', exact: true }).click();
    await page.locator('#live[data-state=on]').waitFor();
    await page.getByRole('link', { name: `Kill… ${TITLE}` }).click();
    const question = page.getByRole('dialog', { name: 'Kill this agent?' });
    await question.getByLabel('Why').fill('wrong issue');
    await question.getByRole('button', { name: 'Kill it' }).click();
    const task = await stage.ended(issue);
    expect(task.outcome?.message).toContain('Stopped by ada (wrong issue)');
    await page.getByRole('row', { name: TITLE }).getByText('killed', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(screen.complaints).toEqual([]);
  });
});

describe.skipIf(noChromium)('in a browser', () => {
  story('who may only read what everybody may read sees nothing, and is told why', { script: [], signIn: true }, async (stage) => {
    await using screen = await openDoor(stage, 'github', PHONE);
    const { page } = screen;
    await page.goto('/');
    await expectNoSidewaysScrolling(page);
    await signInAs(screen, 'GitHub', 'eve');
    await page.getByText('There is nothing that you may see.').waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScrolling(page);
    expect(screen.complaints).toEqual([]);
  });

  story('who says no is led back, and can begin again', { script: [], signIn: true }, async (stage) => {
    await using screen = await openDoor(stage, 'github', PHONE);
    const { page } = screen;
    await page.goto('/history');
    await page.getByRole('link', { name: 'Sign in with GitHub' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('You did not agree to it on GitHub').waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScrolling(page);
    await page.getByRole('link', { name: 'Back to the sign-in' }).click();
    await signInAs(screen, 'GitHub', 'ada');
    await page.getByRole('heading', { name: 'History' }).waitFor();
  });
});
