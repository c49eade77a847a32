import { describe, expect } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { controlApi } from '../support/control-api.ts';
import { textOf, type Script, type ScriptedTurn } from '../support/model/script.ts';
import { handled, replies, statusOf, taskIn } from './look.ts';
import { MEND, MISS, bash, create, submit, turn } from './scripts.ts';
import { REPOSITORY, story, until, type Stage } from './stage.ts';

const WITHIN_MS = 60_000;
const SAID = 'The README is changed; src/duration.js is still to be mended.';
const SLOW_TEST = "import test from 'node:test';\ntest('takes its time', () => new Promise((resolve) => setTimeout(resolve, 600_000)));\n";

/** Changes the README, and then looks around, slowly, until it is asked to wrap up. Asked to go on, it mends the fault. */
const OBEDIENT: Script = (request) => {
  if (textOf(request, 0).includes('now mend it')) return MEND[request.messages.length === 1 ? 0 : 1]!;
  if (request.messages.length === 1) return MISS[0]!;
  if (textOf(request, -1).includes('asks you to stop here')) return submit('Say that it is not always right', SAID);
  return { ...turn(bash('ls')), delayMs: 1_000 };
};

async function begin(stage: Stage): Promise<number> {
  const issue = await stage.openIssue('duration(119) says 2 minutes');
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return issue;
}

/** The work so far is a draft with a summary, in time, and no gate is shown as more than it is. */
async function expectDraft(stage: Stage, task: Task, words: string): Promise<void> {
  expect(task).toMatchObject({ state: 'failed', outcome: { code: 'agent.stopped' } });
  expect(task.outcome!.message).toBe(`${words} What there was is in the draft pull request #${task.pullRequest}.`);
  expect(statusOf(stage, task)).toContain('`/agent retry` goes on from there');
  const pull = stage.truth().pull(task.pullRequest!);
  expect(pull.draft).toBe(true);
  const checks = await stage.truth().checks(pull.headSha);
  expect(checks.filter(({ name }) => name !== 'signalbox/agent').map(({ conclusion }) => conclusion)).toEqual([
    'cancelled',
    'cancelled',
    'cancelled',
    'cancelled',
  ]);
  expect(checks.find(({ name }) => name === 'signalbox/test')?.title).toBe('not run: the agent was asked to wrap up');
  const events = (await stage.events()).filter(({ taskId }) => taskId === task.id);
  const at = (type: string) => events.find((event) => event.type === type)!.at.getTime();
  expect(at('task.failed') - at('task.stop-requested')).toBeLessThan(WITHIN_MS);
  expect(events.some(({ type }) => type.startsWith('task.kill'))).toBe(false);
}

describe('a request to wrap up', () => {
  story(
    'while the model answers slowly: the work so far is a draft with a summary, and a retry goes on from there',
    { script: OBEDIENT },
    async (stage) => {
      const issue = await begin(stage);
      await stage.model.arrived(1);
      await stage.ada.comment(REPOSITORY, issue, '/agent stop out of time');
      const task = await stage.ended(issue);
      await expectDraft(stage, task, 'ada asked the agent to wrap up (out of time).');
      const pull = stage.truth().pull(task.pullRequest!);
      expect(pull).toMatchObject({ title: 'Say that it is not always right', body: expect.stringContaining(SAID) });
      expect(await stage.truth().diff(pull.number)).toContain('nearly always');
      expect(replies(stage, issue)).toEqual([]);

      await stage.ada.comment(REPOSITORY, issue, '/agent retry now mend it');
      const again = await stage.ended(issue, 2);
      expect(again).toMatchObject({ state: 'completed', pullRequest: pull.number, branch: task.branch, continues: task.id });
      expect(stage.truth().pulls()).toHaveLength(1);
      expect(stage.truth().pull(pull.number).draft).toBe(false);
      const diff = await stage.truth().diff(pull.number);
      expect(diff).toContain('nearly always');
      expect(diff).toContain('Math.floor');
    },
  );

  const DEAF: readonly ScriptedTurn[] = [MISS[0]!, { fail: 'hang' }];
  story('that the agent does not hear: after a while the work so far is published all the same', { script: DEAF }, async (stage) => {
    const issue = await begin(stage);
    const request = await stage.model.arrived(1);
    await stage.ada.comment(REPOSITORY, issue, '/agent stop');
    await until(
      async () => statusOf(stage, (await stage.tasks())[0]!).includes('**Wrapping up**, as `ada` asked'),
      'the status comment to say so',
    );
    await stage.ada.comment(REPOSITORY, issue, '/agent stop please');
    const task = await stage.ended(issue);
    await handled(stage);
    await expectDraft(stage, task, 'ada asked the agent to wrap up (no reason given).');
    expect(await request.ended).toBe('closed');
    expect(stage.truth().pull(task.pullRequest!)).toMatchObject({ title: 'Unfinished: duration(119) says 2 minutes' });
    expect(replies(stage, issue)).toEqual(['The agent has been asked to wrap up already. `/agent kill` stops it at once.']);
    expect(stage.model.requests).toHaveLength(2);
  });

  const LONG: readonly ScriptedTurn[] = [turn(create('test/slow.test.js', SLOW_TEST)), submit('Add a slow test')];
  story('while the gates run: the work is published without their word', { script: LONG }, async (stage) => {
    const issue = await begin(stage);
    await until(
      async () =>
        (await stage.events()).some(({ type, data }) => type === 'gate.changed' && data['gate'] === 'test' && data['state'] === 'running'),
      'the tests to run',
    );
    const [task] = await stage.tasks();
    const { body } = await controlApi(stage, 'GET /agents');
    const answer = await controlApi(stage, `POST /agents/${(body['agents'] as { agentId: string }[])[0]!.agentId}/stop`, {
      reason: 'too slow',
    });
    expect(answer).toMatchObject({ status: 202, body: { taskId: task!.id, status: 'stop requested' } });
    await expectDraft(stage, await stage.ended(issue), 'api (ops) asked the agent to wrap up (too slow).');
    expect(stage.model.requests).toHaveLength(2);
  });

  story('that is followed by a kill is a kill', { script: DEAF }, async (stage) => {
    const issue = await begin(stage);
    await stage.model.arrived(1);
    await stage.ada.comment(REPOSITORY, issue, '/agent stop');
    await until(async () => (await stage.events()).some(({ type }) => type === 'task.stop-requested'), 'the request');
    await stage.ada.comment(REPOSITORY, issue, '/agent kill after all');
    const task = await stage.ended(issue);
    expect(task).toMatchObject({ state: 'killed', pullRequest: null, outcome: { message: 'Stopped by ada (after all).' } });
    expect(statusOf(stage, task)).toMatch(/Confirmed after \d+\.\d s\./);
    expect(stage.truth().pulls()).toEqual([]);
  });

  story(
    'of what waits for a free worker ends it',
    { script: [{ fail: 'hang' }], settings: { MAX_CONCURRENT_AGENTS: '1' } },
    async (stage) => {
      const first = await begin(stage);
      await stage.model.arrived(0);
      const second = await begin(stage);
      await taskIn(stage, second, 'pending');
      await stage.ada.comment(REPOSITORY, second, '/agent stop not needed');
      expect(await stage.ended(second)).toMatchObject({ state: 'killed', outcome: { message: 'Stopped by ada (not needed).' } });
      await stage.ada.comment(REPOSITORY, first, '/agent kill');
      await stage.ended(first);
      expect(stage.model.requests).toHaveLength(1);
    },
  );
});
