import { describe, expect } from 'vitest';
import type { ScriptedConversation } from '../support/model/script.ts';
import { handled, opening, replies, statusOf, taskIn } from './look.ts';
import { MEND, bash, create, submit, turn } from './scripts.ts';
import { REPOSITORY, story, until } from './stage.ts';

const REFUSED: ScriptedConversation = { turns: [{ fail: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' } }] };
const MORE = [turn(create('CHANGELOG.md', '# Changes\n\n* Minutes are cut off.\n')), submit('Note the change')];
const CONTINUED: ScriptedConversation = { when: 'The branch already carries work', turns: MORE };

describe('a retry', () => {
  story(
    'after a model that refused gives the work to a new agent, with the added words',
    { script: [{ when: 'mind the rounding', turns: MEND }, REFUSED] },
    async (stage) => {
      const issue = await stage.openIssue('duration(119) says 2 minutes');
      await stage.ada.comment(REPOSITORY, issue, '/agent run --profile minimal start with the tests');
      const first = await stage.ended(issue);
      expect(first).toMatchObject({ state: 'failed', outcome: { code: 'model.auth' }, pullRequest: null });
      expect(statusOf(stage, first)).toContain('**Failed.**');
      expect(statusOf(stage, first)).toContain('CLAUDE_API_KEY');
      expect(Object.keys(await stage.truth().branches())).toEqual(['main']);

      await stage.ada.comment(REPOSITORY, issue, '/agent retry mind the rounding\n\nOf minutes, that is.');
      const second = await stage.ended(issue, 2);
      expect(second).toMatchObject({
        state: 'completed',
        continues: first.id,
        profile: 'minimal',
        branch: first.branch,
        outcome: { code: 'published' },
      });
      const told = opening(stage.model.requests.at(-1)!);
      for (const words of ['start with the tests', 'mind the rounding', 'Of minutes, that is.']) expect(told).toContain(words);
      expect(stage.truth().pulls()).toHaveLength(1);
      expect(statusOf(stage, second)).toContain('**Done.**');
      expect(statusOf(stage, first)).toContain('**Failed.**');
    },
  );

  story(
    'after an agent that used up its turns without a change begins on the same branch name',
    {
      script: [{ when: 'less looking', turns: MEND }, { turns: [turn(bash('ls')), turn(bash('cat README.md')), turn(bash('pwd'))] }],
      settings: { AGENT_MAX_TURNS: '2' },
    },
    async (stage) => {
      const issue = await stage.openIssue('duration(119) says 2 minutes');
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      expect(await stage.ended(issue)).toMatchObject({ state: 'failed', outcome: { code: 'agent.out-of-budget' }, pullRequest: null });
      await stage.ada.comment(REPOSITORY, issue, '/agent retry less looking, more doing');
      const task = await stage.ended(issue, 2);
      expect(task).toMatchObject({ state: 'completed', branch: 'agent/1-duration-119-says-2-minutes' });
      expect(
        stage
          .truth()
          .pulls()
          .map(({ headRef }) => headRef),
      ).toEqual([task.branch]);
    },
  );

  story('with nothing to retry is answered', { script: [] }, async (stage) => {
    const issue = await stage.openIssue('Nothing yet');
    await stage.ada.comment(REPOSITORY, issue, '/agent retry');
    await until(() => replies(stage, issue).length > 0, 'a reply');
    expect(replies(stage, issue)).toEqual(['There is nothing to retry here yet. Start an agent with `/agent run`.']);
    expect(await stage.tasks()).toEqual([]);
  });

  story('while an agent is at work is answered, and starts no second one', { script: [{ fail: 'hang' }] }, async (stage) => {
    const issue = await stage.openIssue('Something slow');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.model.arrived(0);
    await stage.ada.comment(REPOSITORY, issue, '/agent retry faster');
    await until(() => replies(stage, issue).length > 0, 'a reply');
    expect(replies(stage, issue)).toEqual([expect.stringContaining('An agent is already on this (running, asked for by ada)')]);
    await stage.ada.comment(REPOSITORY, issue, '/agent kill');
    await stage.ended(issue);
    expect(await stage.tasks()).toHaveLength(1);
  });

  story(
    'after a kill starts again, once the killed one is gone',
    { script: [{ when: 'another time', turns: MEND }, { turns: [{ fail: 'hang' }] }] },
    async (stage) => {
      const issue = await stage.openIssue('duration(119) says 2 minutes');
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      await stage.model.arrived(0);
      await stage.ada.comment(REPOSITORY, issue, '/agent kill');
      await stage.ended(issue);
      await stage.ada.comment(REPOSITORY, issue, '/agent retry another time');
      expect(await stage.ended(issue, 2)).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      expect(stage.truth().pulls()).toHaveLength(1);
    },
  );

  story(
    'after a kill that left a branch goes on with that branch',
    { script: [CONTINUED, { when: 'goes on', turns: MORE }, { turns: MEND }] },
    async (stage) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const looking = /^GET .*\/pulls\?.*head=/;
      stage.forge.fail({ match: looking, until: promise });
      const issue = await stage.openIssue('duration(119) says 2 minutes');
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      await until(() => stage.forge.requests.some(({ method, path }) => looking.test(`${method} ${path}`)), 'the branch to be pushed');
      await stage.ada.comment(REPOSITORY, issue, '/agent kill');
      await until(async () => (await stage.events()).some(({ type }) => type === 'task.kill-requested'), 'the kill');
      resolve();
      const first = await stage.ended(issue);
      await stage.ada.comment(REPOSITORY, issue, '/agent retry goes on');
      const second = await stage.ended(issue, 2);
      expect(second).toMatchObject({ state: 'completed', branch: first.branch });
      const commits = await stage.truth().commits(second.branch!);
      expect(commits.map(({ sha }) => sha)).toEqual([second.headSha, first.headSha, expect.any(String)]);
      expect(Object.keys(await stage.truth().branches())).toEqual([second.branch, 'main']);
      expect(stage.truth().pulls()).toHaveLength(1);
    },
  );

  story('on the pull request is one on its issue', { script: [CONTINUED, { turns: MEND }] }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    const first = await stage.ended(issue);
    await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent retry and note it');
    const second = await stage.ended(issue, 2);
    expect(second).toMatchObject({
      state: 'completed',
      subject: first.subject,
      askedOn: first.pullRequest,
      pullRequest: first.pullRequest,
      branch: first.branch,
    });
    expect(stage.truth().pull(first.pullRequest!).body).toContain(`Closes #${issue}`);
    expect(statusOf(stage, second)).toContain('**Done.**');
    expect(stage.truth().comments(issue)).toHaveLength(1);
  });

  story('after the pull request was closed makes a new branch and a new pull request', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    const first = await stage.ended(issue);
    await stage.ada.close(REPOSITORY, first.pullRequest!);
    await handled(stage);
    await stage.ada.comment(REPOSITORY, issue, '/agent retry');
    const second = await stage.ended(issue, 2);
    expect(second).toMatchObject({ state: 'completed', branch: `${first.branch}-2` });
    expect(second.pullRequest).not.toBe(first.pullRequest);
    expect(stage.truth().pull(first.pullRequest!)).toMatchObject({ state: 'closed', headSha: first.headSha });
    expect(opening(stage.model.requests.at(-1)!)).not.toContain('already carries work');
  });

  story('by somebody who may not write does nothing', { script: [REFUSED] }, async (stage) => {
    const issue = await stage.openIssue('Something');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.ended(issue);
    await stage.eve.comment(REPOSITORY, issue, '/agent retry');
    await handled(stage);
    expect(await stage.tasks()).toHaveLength(1);
    expect(replies(stage, issue)).toEqual([expect.stringContaining('needs write access')]);
    await expect(taskIn(stage, issue, 'failed')).resolves.toMatchObject({ requestedBy: { login: 'ada' } });
  });
});
