import { describe, expect } from 'vitest';
import { startGitea } from '../support/gitea/gitea.ts';
import { startGithub } from '../support/github/github.ts';
import { handled, replies, taskIn } from './look.ts';
import { MEND } from './scripts.ts';
import { REPOSITORY, story, until, type AnyStage, type StandInForge } from './stage.ts';

const FORGES: readonly [name: string, start: () => Promise<StandInForge>][] = [
  ['GitHub', () => startGithub()],
  ['Gitea', () => startGitea()],
];
const TITLE = 'duration(119) says 2 minutes';
const HANG = [{ fail: 'hang' as const }];
const settings = { POLL_SECONDS: '1' };

/** The webhooks stay where they are; whoever looks finds out all the same. */
async function withoutWebhooks(stage: AnyStage): Promise<number> {
  stage.forge.holdDeliveries();
  return stage.openIssue(TITLE);
}

/** Long enough that the forge was looked at twice more. */
async function lookedAgain({ forge }: AnyStage): Promise<void> {
  const looks = () => forge.requests.filter(({ method, path }) => method === 'GET' && /\/issues\/comments\?/.test(path)).length;
  const before = looks();
  await until(() => looks() >= before + 2, 'two more looks');
}

describe.each(FORGES)('with polling, on %s', (_name, forge) => {
  const on = { forge, settings };

  story<StandInForge>(
    'a label whose webhook never came is work, once, also when it comes after all',
    { ...on, script: MEND },
    async (stage) => {
      const issue = await withoutWebhooks(stage);
      await stage.ada.label(REPOSITORY, issue, 'bug', 'agent:worker');
      const task = await stage.ended(issue);
      expect(task).toMatchObject({ state: 'completed', requestedBy: { login: 'ada' } });
      await lookedAgain(stage);
      stage.forge.releaseDeliveries();
      await handled(stage);
      expect(await stage.tasks()).toHaveLength(1);
      expect(stage.truth().pulls()).toHaveLength(1);
    },
  );

  story<StandInForge>('a command whose webhook never came is done, once', { ...on, script: [] }, async (stage) => {
    const issue = await withoutWebhooks(stage);
    await stage.ada.comment(REPOSITORY, issue, '/agent status');
    await until(() => replies(stage, issue).length > 0, 'the answer');
    await lookedAgain(stage);
    stage.forge.releaseDeliveries();
    await handled(stage);
    expect(replies(stage, issue)).toHaveLength(1);
  });

  story<StandInForge>('what webhooks told is not done again', { ...on, script: MEND }, async (stage) => {
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.ada.comment(REPOSITORY, issue, '/agent status');
    await stage.ended(issue);
    await lookedAgain(stage);
    await handled(stage);
    expect(await stage.tasks()).toHaveLength(1);
    expect(replies(stage, issue)).toHaveLength(1);
  });

  const ends: [string, (stage: AnyStage, issue: number) => Promise<unknown>][] = [
    ['the label taken off', (stage, issue) => stage.ada.unlabel(REPOSITORY, issue, 'agent:worker')],
    ['the issue closed', (stage, issue) => stage.ada.close(REPOSITORY, issue)],
  ];
  for (const [what, end] of ends) {
    story<StandInForge>(`${what} without a webhook ends the agent`, { ...on, script: HANG }, async (stage) => {
      const issue = await withoutWebhooks(stage);
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      await taskIn(stage, issue, 'running');
      await end(stage, issue);
      expect(await stage.ended(issue)).toMatchObject({ state: 'killed' });
      await lookedAgain(stage);
      expect(await stage.tasks()).toHaveLength(1);
    });
  }

  story<StandInForge>('a label that was put on and taken off again meanwhile is nothing', { ...on, script: HANG }, async (stage) => {
    const issue = await withoutWebhooks(stage);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.ada.unlabel(REPOSITORY, issue, 'agent:worker');
    await lookedAgain(stage);
    // A look between the two has begun something, which has ended.
    await until(async () => (await stage.tasks()).every(({ state }) => state === 'killed'), 'whatever began to end');
  });

  story<StandInForge>('who may not write is told so once', { ...on, script: [] }, async (stage) => {
    const issue = await withoutWebhooks(stage);
    await stage.eve.comment(REPOSITORY, issue, '/agent run');
    await until(() => replies(stage, issue).length > 0, 'the answer');
    await lookedAgain(stage);
    expect(replies(stage, issue)).toEqual([expect.stringContaining('needs write access')]);
    expect(await stage.tasks()).toEqual([]);
  });
});
