import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { controlApi } from '../support/control-api.ts';
import { openings, statusComments } from './look.ts';
import { MEND } from './scripts.ts';
import { REPOSITORY, story } from './stage.ts';

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
});
