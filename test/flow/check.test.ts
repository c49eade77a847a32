import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { PROJECT } from '../demo/project.ts';
import { deliveries, handled, openings, replies } from './look.ts';
import { bash, MEND, MISS, turn } from './scripts.ts';
import { REPOSITORY, story, until, type Stage } from './stage.ts';

const TITLE = 'duration(119) says 2 minutes';
const GATES = ['signalbox/coverage', 'signalbox/lint', 'signalbox/test', 'signalbox/typecheck'];

/** What an agent has published, with the checks on it. */
async function published(stage: Stage): Promise<Task> {
  const issue = await stage.openIssue(TITLE);
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  const task = await stage.ended(issue);
  expect(task.pullRequest).not.toBeNull();
  return task;
}

/** The names of the checks of one task, with how they stand. */
async function checksOf(stage: Stage, { id, headSha }: Task) {
  const runs = await stage.truth().checks(headSha!);
  return runs
    .filter(({ externalId }) => externalId === id)
    .map(({ name, status, conclusion }) => [name, status, conclusion])
    .sort(([a], [b]) => String(a).localeCompare(String(b)));
}

const GREEN = GATES.map((name) => [name, 'completed', name === 'signalbox/typecheck' ? 'neutral' : 'success']);

describe('the gates run again on what is published', () => {
  story('by a comment on the pull request', { script: MEND }, async (stage) => {
    const first = await published(stage);
    const asked = stage.model.requests.length;
    await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent check');
    const again = await stage.ended(first.subject.number, 2);
    expect(again).toMatchObject({
      purpose: 'gates',
      state: 'completed',
      headSha: first.headSha,
      pullRequest: first.pullRequest,
      outcome: { code: 'gates.green' },
    });
    expect(await checksOf(stage, again)).toEqual(GREEN);
    expect(stage.model.requests).toHaveLength(asked);
    expect(stage.truth().pull(first.pullRequest!).headSha).toBe(first.headSha);
  });

  story('by the button of one check, or of all of them', { script: MEND }, async (stage) => {
    const first = await published(stage);
    const checks = await stage.truth().checks(first.headSha!);
    stage.ada.rerunCheck(REPOSITORY, checks.find(({ name }) => name === 'signalbox/test')!.id);
    const second = await stage.ended(first.subject.number, 2);
    expect(second).toMatchObject({ purpose: 'gates', requestedBy: { login: 'ada' } });
    expect(await checksOf(stage, second)).toEqual(GREEN);
    await stage.ada.rerunAllChecks(REPOSITORY, first.headSha!);
    const third = await stage.ended(first.subject.number, 3);
    expect(third.purpose).toBe('gates');
    expect(await checksOf(stage, third)).toEqual(GREEN);
    expect((await stage.truth().checks()).filter(({ status }) => status !== 'completed')).toEqual([]);
  });

  story('once, where every button is pressed in one second', { script: MEND }, async (stage) => {
    const first = await published(stage);
    stage.forge.holdDeliveries();
    for (const { id, name } of await stage.truth().checks(first.headSha!)) if (GATES.includes(name)) stage.ada.rerunCheck(REPOSITORY, id);
    stage.forge.releaseDeliveries();
    await stage.ended(first.subject.number, 2);
    await handled(stage);
    expect(await stage.tasks()).toHaveLength(2);
    expect(replies(stage, first.pullRequest!)).toEqual([]);
  });

  // A gate that waits for a file, so that it runs for as long as the test looks.
  const gate = join(tmpdir(), `signalbox-gate-${randomUUID()}`);
  const held = {
    ...PROJECT,
    'package.json': JSON.stringify({
      private: true,
      type: 'module',
      scripts: { test: `until test -e ${gate}; do sleep 0.05; done; node --test` },
    }),
  };
  afterAll(() => rm(gate, { force: true }));
  story('as new check runs, which are there while they run', { script: MEND, files: held }, async (stage) => {
    await writeFile(gate, '');
    const first = await published(stage);
    await rm(gate);
    await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent check');
    const running = await until(async () => {
      const runs = await stage.truth().checks(first.headSha!);
      return runs.find(({ name, status, externalId }) => name === 'signalbox/test' && status === 'in_progress' && externalId !== first.id);
    }, 'the test to be shown as running');
    await writeFile(gate, '');
    const again = await stage.ended(first.subject.number, 2);
    const settled = (await stage.truth().checks(first.headSha!)).find(({ id }) => id === running.id);
    expect(settled).toMatchObject({ externalId: again.id, status: 'completed', conclusion: 'success' });
  });

  story('and are red where they were, with the next step', { script: MISS, settings: { AGENT_GATE_ROUNDS: '0' } }, async (stage) => {
    const first = await published(stage);
    await stage.ada.comment(REPOSITORY, first.subject.number, '/agent check');
    const again = await stage.ended(first.subject.number, 2);
    expect(again).toMatchObject({ state: 'failed', outcome: { code: 'gates.red', message: 'test, coverage are red.' } });
    expect(Object.fromEntries((await checksOf(stage, again)).map(([name, , conclusion]) => [name, conclusion]))).toMatchObject({
      'signalbox/test': 'failure',
      'signalbox/lint': 'success',
    });
  });

  story('on what a person has pushed to the branch since', { script: MISS, settings: { AGENT_GATE_ROUNDS: '0' } }, async (stage) => {
    const first = await published(stage);
    const mended = PROJECT['src/duration.js']!.replace('Math.round', 'Math.floor');
    const sha = await stage.ada.push(REPOSITORY, { branch: first.branch!, files: { 'src/duration.js': mended } });
    await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent check');
    const again = await stage.ended(first.subject.number, 2);
    expect(again).toMatchObject({ state: 'completed', headSha: sha, outcome: { code: 'gates.green' } });
    expect(await checksOf(stage, again)).toEqual(GREEN);
  });
});

describe('nothing runs', () => {
  story(
    'where no agent has a pull request',
    { script: [turn(bash('true')), { tools: [{ name: 'submit', input: { title: 'Nothing', summary: 'There was nothing to do.' } }] }] },
    async (stage) => {
      const issue = await stage.openIssue(TITLE);
      await stage.ada.comment(REPOSITORY, issue, '/agent check');
      await handled(stage);
      await stage.ada.comment(REPOSITORY, issue, '/agent run');
      await stage.ended(issue);
      await stage.ada.comment(REPOSITORY, issue, '/agent check');
      await handled(stage);
      const none = expect.stringContaining('There is no pull request of an agent here whose gates could run.') as string;
      expect(replies(stage, issue)).toEqual([none, none]);
      expect((await stage.tasks()).map(({ purpose }) => purpose)).toEqual(['work']);
    },
  );

  story('for a reader who asks', { script: MEND }, async (stage) => {
    const first = await published(stage);
    await stage.eve.comment(REPOSITORY, first.pullRequest!, '/agent check');
    await handled(stage);
    expect(await stage.tasks()).toHaveLength(1);
  });

  story('where the pull request is closed: it says so', { script: MEND }, async (stage) => {
    const first = await published(stage);
    await stage.ada.close(REPOSITORY, first.pullRequest!);
    await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent check');
    const again = await stage.ended(first.subject.number, 2);
    expect(again).toMatchObject({ state: 'failed', outcome: { code: 'worker.pull-not-usable', message: 'The pull request is closed.' } });
    expect(openings(stage)).toHaveLength(1);
    expect((await deliveries(stage)).filter(({ state }) => state === 'failed')).toEqual([]);
  });
});
