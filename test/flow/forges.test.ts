import { describe, expect } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { PROJECT } from '../demo/project.ts';
import { startGitea, type GiteaOptions } from '../support/gitea/gitea.ts';
import { Github, startGithub } from '../support/github/github.ts';
import { textOf, type Script } from '../support/model/script.ts';
import { handled, openings, replies, statusComments, statusOf } from './look.ts';
import { bash, create, MEND, MISS, submit, turn } from './scripts.ts';
import { populate, REPOSITORY, story, until, type AnyStage, type StandInForge, type StageWish } from './stage.ts';

/** Every kind of forge that the same things have to happen on. */
const FORGES: readonly [name: string, start: () => Promise<StandInForge>][] = [
  ['GitHub', () => startGithub()],
  ['a Gitea that says which labels changed', gitea({ labelChanges: 'told' })],
  [
    'a Gitea that says only that labels changed, late and with old ones',
    gitea({ labelChanges: 'untold', labels: 'stale', labelNames: false }),
  ],
  ['a Forgejo', gitea({ forgejo: true })],
];

function gitea(options: GiteaOptions) {
  return () => startGitea(options);
}

interface Scenario extends Omit<StageWish<StandInForge>, 'forge'> {
  readonly name: string;
  readonly play: (stage: AnyStage) => Promise<void>;
}

const TITLE = 'duration(119) says 2 minutes';
const CONTINUED = { when: 'already carries work', turns: [turn(create('NOTES.md', 'Minutes are cut off.\n')), submit('Say so in a note')] };
const HANG: Script = [{ fail: 'hang' }];
/** Does half of it, and then looks around until it is asked to wrap up; asked again, it does the rest. */
const OBEDIENT: Script = (request) => {
  if (textOf(request, 0).includes('now mend it')) return MEND[request.messages.length === 1 ? 0 : 1]!;
  if (request.messages.length === 1) return MISS[0]!;
  if (textOf(request, -1).includes('asks you to stop here')) return submit('Say that it is not always right', 'Half of it.');
  return { ...turn(bash('ls')), delayMs: 500 };
};

async function labelled(stage: AnyStage): Promise<number> {
  const issue = await stage.openIssue(TITLE);
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return issue;
}

/** What people see at a commit, by name: the newest of each, in words that all forges have. */
async function shownAt(stage: AnyStage, sha: string): Promise<Record<string, string>> {
  const { forge } = stage;
  const all =
    forge instanceof Github
      ? (await forge.repository(REPOSITORY).checks(sha)).map(({ name, status, conclusion }) => [name, conclusion ?? status])
      : forge
          .repository(REPOSITORY)
          .statuses(sha)
          .map(({ context, state }) => [context, state]);
  return Object.fromEntries(all) as Record<string, string>;
}

/** The page that a gate's check leads to. */
async function pageOf(stage: AnyStage, sha: string, name: string): Promise<string> {
  const { forge } = stage;
  const link =
    forge instanceof Github
      ? (await forge.repository(REPOSITORY).checks(sha)).find((check) => check.name === name)!.detailsUrl
      : forge
          .repository(REPOSITORY)
          .statuses(sha)
          .findLast((status) => status.context === name)!.targetUrl!;
  const response = await fetch(stage.signalbox.url! + new URL(link).pathname);
  expect(response.status).toBe(200);
  return response.text();
}

async function waits(stage: AnyStage): Promise<void> {
  await stage.model.arrived(0);
}

async function expectKilled(stage: AnyStage, issue: number, reason: string): Promise<Task> {
  const task = await stage.ended(issue);
  expect(task).toMatchObject({ state: 'killed' });
  expect(task.outcome!.message).toContain(`Stopped by ada (${reason})`);
  expect(statusOf(stage, task)).toContain('**Stopped.**');
  expect(stage.truth().pulls()).toEqual([]);
  return task;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a label becomes a pull request with its gates, once',
    script: MEND,
    async play(stage) {
      const issue = await labelled(stage);
      const task = await stage.ended(issue);
      await handled(stage);
      expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      const [pull, ...more] = stage.truth().pulls();
      expect(more).toEqual([]);
      expect(pull).toMatchObject({ title: 'Cut minutes off instead of rounding them', draft: false, state: 'open', headRef: task.branch });
      expect(pull!.body).toContain(`Closes #${issue}`);
      const shown = await shownAt(stage, pull!.headSha);
      expect(shown).toMatchObject({ 'signalbox/agent': 'success', 'signalbox/test': 'success', 'signalbox/lint': 'success' });
      expect(shown['signalbox/typecheck']).not.toBe('success');
      expect(statusComments(stage, issue)).toEqual([expect.stringContaining(`pull request #${pull!.number}`)]);
      expect(stage.truth().issue(issue).reactions).toEqual([{ content: 'eyes', by: stage.forge.botLogin }]);
      expect(await stage.tasks()).toHaveLength(1);
      expect(await pageOf(stage, pull!.headSha, 'signalbox/test')).toContain('npm test');
    },
  },
  {
    name: 'an issue that is opened with the label is worked on, once',
    script: MEND,
    async play(stage) {
      const { number } = await stage.ada.openIssue(REPOSITORY, { title: TITLE, labels: ['bug', 'agent:worker'] });
      expect(await stage.ended(number)).toMatchObject({ state: 'completed' });
      await handled(stage);
      expect(await stage.tasks()).toHaveLength(1);
    },
  },
  {
    name: 'another label, a reopened issue and a delivery that is sent again start nothing',
    script: MEND,
    async play(stage) {
      const issue = await labelled(stage);
      await stage.ended(issue);
      await stage.ada.label(REPOSITORY, issue, 'bug', 'question');
      await stage.ada.unlabel(REPOSITORY, issue, 'bug');
      await stage.ada.close(REPOSITORY, issue);
      await stage.ada.reopen(REPOSITORY, issue);
      for (const { guid } of stage.forge.deliveries.filter(({ event }) => event === 'issues')) stage.forge.redeliver(guid);
      await handled(stage);
      expect(await stage.tasks()).toHaveLength(1);
      expect(replies(stage, issue)).toEqual([]);
    },
  },
  {
    name: 'the label put on again is new work',
    script: [{ when: 'already carries work', turns: [submit('Nothing to add')] }, { turns: MEND }],
    async play(stage) {
      const issue = await labelled(stage);
      await stage.ended(issue);
      await stage.ada.unlabel(REPOSITORY, issue, 'agent:worker');
      await handled(stage);
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      await until(async () => (await stage.tasks()).length === 2, 'the second task');
      await stage.ended(issue, 2);
    },
  },
  {
    name: 'a comment starts an agent, and on its pull request lets it go on',
    script: [CONTINUED, { turns: MEND }],
    async play(stage) {
      const issue = await stage.openIssue(TITLE, 'It should say 1 min 59 s.');
      await stage.ada.comment(REPOSITORY, issue, '/agent run worker --profile minimal leave the README alone');
      const first = await stage.ended(issue);
      expect(first).toMatchObject({ state: 'completed', profile: 'minimal', instruction: 'leave the README alone' });
      await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent run say so in a note');
      const second = await stage.ended(issue, 2);
      expect(second).toMatchObject({ state: 'completed', branch: first.branch, pullRequest: first.pullRequest, continues: first.id });
      expect(stage.truth().pulls()).toMatchObject([{ headSha: second.headSha, commits: 2 }]);
      expect(openings(stage)[0]).toContain('from="@ada" may-write="yes"');
    },
  },
  {
    name: 'a comment that is delivered again under whichever id is answered once',
    script: [],
    async play(stage) {
      const issue = await stage.openIssue('Ask');
      await stage.ada.comment(REPOSITORY, issue, '/agent status');
      await handled(stage);
      const { guid } = stage.forge.deliveries.findLast(({ event }) => event === 'issue_comment')!;
      for (const _ of [1, 2, 3]) stage.forge.redeliver(guid);
      await handled(stage);
      expect(replies(stage, issue)).toEqual([expect.stringContaining('No agent has been at work here.')]);
    },
  },
  ...(
    [
      ['a comment', 'enough', (stage, issue) => stage.ada.comment(REPOSITORY, issue, '/agent kill enough')],
      ['taking the label off', 'the label was removed', (stage, issue) => stage.ada.unlabel(REPOSITORY, issue, 'agent:worker')],
      ['closing the issue', 'it was closed', (stage, issue) => stage.ada.close(REPOSITORY, issue)],
    ] as [string, string, (stage: AnyStage, issue: number) => Promise<unknown>][]
  ).map(([way, reason, stop]): Scenario => ({
    name: `${way} kills the agent`,
    script: HANG,
    async play(stage) {
      const issue = await labelled(stage);
      await waits(stage);
      await stop(stage, issue);
      await expectKilled(stage, issue, reason);
    },
  })),
  {
    name: 'a stop makes a draft of what there is, and a retry finishes it',
    script: OBEDIENT,
    async play(stage) {
      const issue = await labelled(stage);
      await stage.model.arrived(1);
      await stage.ada.comment(REPOSITORY, issue, '/agent stop');
      const task = await stage.ended(issue);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'agent.stopped' } });
      expect(stage.truth().pull(task.pullRequest!)).toMatchObject({ draft: true });
      await stage.ada.comment(REPOSITORY, issue, '/agent retry now mend it');
      expect(await stage.ended(issue, 2)).toMatchObject({ state: 'completed', pullRequest: task.pullRequest });
      expect(stage.truth().pulls()).toMatchObject([{ draft: false, title: 'Cut minutes off instead of rounding them' }]);
    },
  },
  {
    name: 'red gates make a draft, with what they found at its lines',
    script: [...MISS, submit('Say that it is not always right'), submit('Say that it is not always right')],
    files: {
      ...PROJECT,
      '.signalbox.yml': `profile: custom\nsetup: false\ngates:\n  style:\n    run: "echo 'README.md(3,1): error TS1: too vague'; exit 1"\n    format: tsc\n`,
    },
    async play(stage) {
      const issue = await labelled(stage);
      const task = await stage.ended(issue);
      expect(task.state).toBe('failed');
      const [pull] = stage.truth().pulls();
      expect(pull).toMatchObject({ draft: true });
      expect((await shownAt(stage, pull!.headSha))['signalbox/style']).toMatch(/^(failure|error)$/);
      expect(await pageOf(stage, pull!.headSha, 'signalbox/style')).toContain('<code>README.md:3</code>');
      const reviews = pull!.reviews.filter(({ author }) => author === stage.forge.botLogin);
      if (stage.forge instanceof Github) return expect(reviews).toEqual([]);
      expect(reviews).toMatchObject([{ state: 'COMMENTED', body: expect.stringContaining('style') as string }]);
      expect(reviews[0]!.comments).toMatchObject([{ path: 'README.md', line: 3, body: expect.stringContaining('too vague') as string }]);
    },
  },
  {
    name: 'a review that requests changes sends the agent back to its branch',
    script: [CONTINUED, { turns: MEND }],
    async play(stage) {
      const issue = await labelled(stage);
      const first = await stage.ended(issue);
      await stage.ada.review(REPOSITORY, first.pullRequest!, {
        event: 'REQUEST_CHANGES',
        body: 'Please write it down.',
        comments: [{ path: 'src/duration.js', line: 3, body: 'Why floor?' }],
      });
      const second = await stage.ended(issue, 2);
      expect(second).toMatchObject({ state: 'completed', continues: first.id, pullRequest: first.pullRequest });
      const told = openings(stage).at(-1)!;
      for (const words of ['Please write it down.', 'Why floor?', 'src/duration.js']) expect(told).toContain(words);
    },
  },
  {
    name: 'reviews that approve or comment start nothing',
    script: MEND,
    async play(stage) {
      const issue = await labelled(stage);
      const { pullRequest } = await stage.ended(issue);
      await stage.ada.review(REPOSITORY, pullRequest!, { event: 'COMMENT', body: 'Hm.' });
      await stage.ada.review(REPOSITORY, pullRequest!, { event: 'APPROVE', body: 'Good.' });
      await handled(stage);
      expect(await stage.tasks()).toHaveLength(1);
    },
  },
  {
    name: 'somebody who may only read is told so once, and nothing happens',
    script: [],
    async play(stage) {
      const { number } = await stage.eve.openIssue(REPOSITORY, { title: TITLE });
      await stage.eve.comment(REPOSITORY, number, '/agent run');
      await stage.eve.comment(REPOSITORY, number, '/agent run please');
      await handled(stage);
      expect(replies(stage, number)).toEqual([expect.stringContaining('Sorry, `eve`: that needs write access')]);
      expect(await stage.tasks()).toEqual([]);
    },
  },
  {
    name: 'the own comments of Signalbox are not obeyed',
    script: MEND,
    async play(stage) {
      const issue = await stage.openIssue(TITLE);
      await stage.ada.comment(REPOSITORY, issue, '/agent help');
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      await stage.ended(issue);
      await handled(stage);
      expect(await stage.tasks()).toHaveLength(1);
      expect(replies(stage, issue)).toHaveLength(1);
    },
  },
  {
    name: 'after the server was restarted in the middle of it all goes on',
    script: OBEDIENT,
    async play(stage) {
      const issue = await labelled(stage);
      await stage.model.arrived(1);
      await stage.restart();
      await stage.ada.comment(REPOSITORY, issue, '/agent stop');
      expect(await stage.ended(issue)).toMatchObject({ outcome: { code: 'agent.stopped' } });
      expect(statusComments(stage, issue)).toHaveLength(1);
      expect(stage.truth().pulls()).toHaveLength(1);
    },
  },
];

describe.each(FORGES)('on %s', (_name, forge) => {
  for (const { name, play, ...wish } of SCENARIOS) story<StandInForge>(name, { ...wish, forge }, (stage) => play(stage));
});

describe('on a Gitea where the bot may write and is no administrator', () => {
  story('nobody is obeyed, and the answer says what the bot needs', { script: [], forge: () => startGitea() }, async (stage) => {
    stage.truth().setRole(stage.forge.botLogin, 'write');
    const issue = await stage.openIssue(TITLE);
    await stage.ada.comment(REPOSITORY, issue, '/agent run');
    await handled(stage);
    expect(replies(stage, issue)).toEqual([
      expect.stringMatching(/does not tell me what you may do here.*be an administrator of the repository/),
    ]);
    expect(await stage.tasks()).toEqual([]);
  });
});

describe('a GitHub and a Gitea in one instance', () => {
  story('have their own work, and their own answers', { script: MEND, beside: () => startGitea() }, async (stage) => {
    const { beside } = stage;
    const { ada } = await populate(beside!, PROJECT);
    const here = await labelled(stage);
    const { number: there } = await ada.openIssue(REPOSITORY, { title: TITLE, labels: ['agent:worker'] });
    expect(there).toBe(here);
    expect(await stage.ended(here)).toMatchObject({ state: 'completed', subject: { forge: 'github' } });
    const other = await until(
      async () => (await stage.tasks()).find(({ subject, state }) => subject.forge === 'gitea' && state === 'completed'),
      'the task on Gitea to end',
    );
    expect(stage.truth().pulls()).toHaveLength(1);
    expect(beside!.repository(REPOSITORY).pulls()).toMatchObject([{ number: other.pullRequest, headRef: other.branch }]);
    await until(() => beside!.repository(REPOSITORY).comments(there)[0]?.body.includes('**Done.**'), 'the status comment on Gitea');
    beside!.assertConformant();
  });
});
