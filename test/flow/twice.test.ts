import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { deliver } from '../support/deliver.ts';
import { deliveries, handled, made, ONCE, replies } from './look.ts';
import { MEND } from './scripts.ts';
import { REPOSITORY, story, until, type Stage } from './stage.ts';

const TITLE = 'duration(119) says 2 minutes';
/** An agent that is at work until somebody stops it. */
const HANG = [{ fail: 'hang' as const }];

/** The newest delivery of this event. */
function lastSent({ forge }: Stage, event: string, action: string) {
  return forge.deliveries.findLast((one) => one.event === event && one.action === action)!;
}

async function atWork(stage: Stage): Promise<void> {
  await stage.model.arrived(0);
}

describe('one label is one piece of work', () => {
  story('when its delivery comes again before, while and after it is handled', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue(TITLE);
    stage.forge.holdDeliveries();
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    const { guid, attempts } = lastSent(stage, 'issues', 'labeled');
    for (let again = 0; again < 4; again++) stage.forge.redeliver(guid);
    stage.forge.releaseDeliveries();
    await until(async () => (await stage.tasks()).length > 0, 'the task');
    stage.forge.redeliver(guid);
    await stage.ended(issue);
    stage.forge.redeliver(guid);
    await handled(stage);
    expect(await made(stage, issue)).toEqual(ONCE);
    expect(attempts.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202, 202]);
    expect((await deliveries(stage)).filter((one) => one.delivery_id === guid)).toMatchObject([{ state: 'handled' }]);
  });

  story('when the issue is opened with it', { script: MEND }, async (stage) => {
    const { number } = await stage.ada.openIssue(REPOSITORY, { title: TITLE, labels: ['agent:worker'] });
    await stage.ended(number);
    await handled(stage);
    expect(stage.forge.deliveries.filter(({ event }) => event === 'issues').map(({ action }) => action)).toEqual(['opened', 'labeled']);
    expect(await made(stage, number)).toEqual(ONCE);
  });

  story('when two people put on two labels in one second', { script: MEND }, async (stage) => {
    stage.forge.addUser('bob');
    stage.truth().setRole('bob', 'write');
    const issue = await stage.openIssue(TITLE);
    stage.forge.holdDeliveries();
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.forge.as('bob').label(REPOSITORY, issue, 'agent:tester');
    stage.forge.releaseDeliveries();
    const task = await stage.ended(issue);
    await handled(stage);
    expect(task).toMatchObject({ agentType: 'worker', requestedBy: { login: 'ada' } });
    expect(await made(stage, issue)).toEqual(ONCE);
  });

  for (const [name, guids] of [
    ['with one id', Array.from({ length: 5 }, () => 'five-at-once')],
    ['with an id of its own each', Array.from({ length: 5 }, () => randomUUID())],
  ] as const) {
    story(`when five deliveries come within a few milliseconds, ${name}`, { script: MEND }, async (stage) => {
      const issue = await stage.openIssue(TITLE);
      await handled(stage);
      stage.forge.holdDeliveries();
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      const { body } = lastSent(stage, 'issues', 'labeled');
      const answers = await Promise.all(guids.map((guid) => deliver(stage.signalbox, { event: 'issues', body, guid })));
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
      stage.forge.releaseDeliveries();
      await stage.ended(issue);
      await handled(stage);
      expect(await made(stage, issue)).toEqual(ONCE);
    });
  }

  story('when it comes again while the agent is at work', { script: HANG }, async (stage) => {
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await atWork(stage);
    await deliver(stage.signalbox, { event: 'issues', body: lastSent(stage, 'issues', 'labeled').body });
    await stage.ada.label(REPOSITORY, issue, 'agent:reviewer');
    await handled(stage);
    expect(await stage.tasks()).toHaveLength(1);
    expect(replies(stage, issue)).toEqual([]);
    await stage.ada.close(REPOSITORY, issue);
    expect(await stage.ended(issue)).toMatchObject({ state: 'killed' });
  });
});

describe('asking again while an agent is at work', () => {
  story('by a comment is answered with who asked for it', { script: HANG }, async (stage) => {
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await atWork(stage);
    await stage.ada.comment(REPOSITORY, issue, '/agent run');
    await handled(stage);
    expect(replies(stage, issue)).toEqual([expect.stringMatching(/An agent is already on this \(running, asked for by `?ada`?\)/)]);
    await stage.ada.unlabel(REPOSITORY, issue, 'agent:worker');
    await stage.ended(issue);
    expect(await stage.tasks()).toHaveLength(1);
  });

  const afresh = [{ when: 'afresh', turns: MEND }, { turns: HANG }];
  story('after a stop starts anew as soon as the first one is gone', { script: afresh }, async (stage) => {
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await atWork(stage);
    await stage.ada.comment(REPOSITORY, issue, '/agent kill\n\n/agent run afresh');
    const task = await stage.ended(issue, 2);
    await handled(stage);
    expect(task).toMatchObject({ state: 'completed', instruction: 'afresh' });
    expect((await stage.tasks()).map(({ state }) => state)).toEqual(['killed', 'completed']);
    expect(replies(stage, issue)).toEqual([]);
    expect(stage.truth().pulls()).toHaveLength(1);
  });

  const relabelled = [{ when: 'Second thoughts', turns: MEND }, { turns: HANG }];
  story('with the label taken off and put on again starts anew too', { script: relabelled }, async (stage) => {
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await atWork(stage);
    await stage.ada.editIssue(REPOSITORY, issue, { body: 'Second thoughts.' });
    await stage.ada.unlabel(REPOSITORY, issue, 'agent:worker');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.ended(issue, 2);
    expect((await stage.tasks()).map(({ state }) => state)).toEqual(['killed', 'completed']);
  });
});

describe('an answer of the forge that is lost', () => {
  const lost: [string, RegExp][] = [
    ['to a comment', /^POST [^?]*\/issues\/\d+\/comments$/],
    ['to a reaction', /^POST [^?]*\/reactions$/],
    ['to a check run', /^POST [^?]*\/check-runs$/],
  ];
  for (const [name, match] of lost) {
    story(`${name} leads to one of it`, { script: MEND }, async (stage) => {
      stage.forge.fail({ match, when: 'after', status: 502 });
      stage.forge.fail({ match, when: 'after', status: 'drop' });
      const issue = await stage.openIssue(TITLE);
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      const task = await stage.ended(issue);
      await handled(stage);
      expect(task.state).toBe('completed');
      expect(await made(stage, issue)).toEqual(ONCE);
      expect(stage.truth().issue(issue).reactions).toHaveLength(1);
    });
  }

  story('to the pull request leads to one of it', { script: MEND }, async (stage) => {
    stage.forge.fail({ match: /^POST [^?]*\/pulls$/, when: 'after', status: 502 });
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    const task = await stage.ended(issue);
    await handled(stage);
    expect(task).toMatchObject({ state: 'completed', pullRequest: 2 });
    expect(await made(stage, issue)).toEqual(ONCE);
  });

  story('to every first write of a kind leads to one of each', { script: MEND }, async (stage) => {
    const met = new Set<string>();
    stage.forge.fail({
      match: ({ method, path }) => method === 'PATCH' && !met.has(path) && met.add(path) !== undefined,
      when: 'after',
      status: 500,
      times: 1000,
    });
    const issue = await stage.openIssue(TITLE);
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    const task = await stage.ended(issue);
    await handled(stage);
    expect(task.state).toBe('completed');
    expect(met.size).toBeGreaterThan(0);
    expect(await made(stage, issue)).toEqual(ONCE);
  });
});
