import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { isTerminal } from '../../src/domain/task.ts';
import { controlApi } from '../support/control-api.ts';
import { openings, statusComments } from './look.ts';
import { MEND } from './scripts.ts';
import { REPOSITORY, story, until } from './stage.ts';

describe('an agent that is asked for over the API', () => {
  story(
    'works on the branch and within the limits that were named, and under the id that was promised',
    { script: MEND },
    async (stage) => {
      const issue = await stage.openIssue('duration(119) says 2 minutes');
      await stage.ada.push(REPOSITORY, { branch: 'next', files: { 'NOTES.md': 'What comes next.' } });
      const context = { repository: `${stage.forge.url}/${REPOSITORY}`, branch: 'next', workItems: [issue, 'Cut, do not round.'] };
      const wish = { taskId: randomUUID(), agentType: 'worker', gateProfile: 'minimal', context, limits: { turns: 10 } };
      const { status, body } = await controlApi(stage, 'POST /agents/spawn', wish);
      expect({ status, body }).toMatchObject({ status: 201, body: { taskId: wish.taskId, status: 'spawning' } });

      const task = await stage.ended(issue);
      expect(task).toMatchObject({ id: wish.taskId, state: 'completed', baseBranch: 'next', requestedBy: { login: 'api (ops)' } });
      expect(stage.truth().pull(task.pullRequest!)).toMatchObject({ baseRef: 'next', draft: false });
      const agent = await controlApi(stage, `GET /agents/${String(body['agentId'])}`);
      expect(agent.body).toMatchObject({ status: 'completed', taskId: wish.taskId, usage: { turns: MEND.length } });
      const [told] = openings(stage);
      expect(told).toMatch(/from="@api \(ops\)" may-write="yes"[^>]*>\nCut, do not round\./);
      expect(statusComments(stage, issue)).toEqual([expect.stringContaining('asked for by `api (ops)`')]);
      const [commit] = await stage.truth().commits(task.branch!);
      expect(commit!.message).not.toContain('Co-authored-by');
    },
  );

  story('can be told everything in words: the pull request is where its status is then', { script: MEND }, async (stage) => {
    const context = { repository: REPOSITORY, workItems: ['duration(119) says 2 minutes.\n\nCut, do not round.'] };
    const { status, body } = await controlApi(stage, 'POST /tasks', { context });
    expect({ status, body }).toMatchObject({ status: 201, body: { number: null } });
    const task = await until(async () => (await stage.tasks()).find(({ state }) => state === 'completed'), 'the task to end');
    expect(task).toMatchObject({ id: body['taskId'], branch: 'agent/work-duration-119-says-2-minutes', outcome: { code: 'published' } });
    const [told] = openings(stage);
    expect(told).toContain(`Your work: what is asked for below, in ${REPOSITORY}.`);
    expect(told).toMatch(/@api \(ops\) asked for this:\n\n<words-\w+ from="@api \(ops\)" may-write="yes"[^>]*>\nduration/);
    const pull = stage.truth().pull(task.pullRequest!);
    expect(pull.body).not.toMatch(/Closes|#-|#0/);
    await until(() => statusComments(stage, pull.number).some((text) => text.includes('**Done.**')), 'the status on the pull request');
    expect(stage.truth().issues()).toHaveLength(0);

    await stage.ada.comment(REPOSITORY, pull.number, '/agent retry and mind the README');
    const second = await until(async () => {
      const [, again] = await stage.tasks();
      return again && isTerminal(again.state) && again;
    }, 'the task that goes on to end');
    expect(second).toMatchObject({ continues: task.id, pullRequest: pull.number, subject: task.subject, askedOn: pull.number });
    await until(() => statusComments(stage, pull.number).length === 2, 'its status');
  });
});
