import { describe, expect } from 'vitest';
import { PROJECT } from '../demo/project.ts';
import { statusOf } from './look.ts';
import { PAUSE, whilePaused } from './pause.ts';
import { MEND, bash, create, submit, turn } from './scripts.ts';
import { REPOSITORY, story, type Stage } from './stage.ts';

const SOURCE = PROJECT['src/duration.js']!;
const MENDED = SOURCE.replace('Math.round', 'Math.floor');
const PAUSED_MEND = [turn(PAUSE), ...MEND];
const MORE_ON_IT = [turn(create('CHANGELOG.md', '# Changes\n')), submit('Note the change')];
const ONE_MORE_TEST =
  "import assert from 'node:assert/strict';\nimport test from 'node:test';\nimport { duration } from '../src/duration.js';\ntest('an hour is sixty minutes', () => assert.equal(duration(3600), '60 min 0 s'));\n";

async function label(stage: Stage): Promise<number> {
  const issue = await stage.openIssue('duration(119) says 2 minutes');
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return issue;
}

describe('while an agent works, its base branch', () => {
  story('moves elsewhere: the commit goes on top, and the gates judge both together', { script: PAUSED_MEND }, async (stage) => {
    const issue = await label(stage);
    let main = '';
    await whilePaused(
      stage,
      async () => (main = await stage.ada.push(REPOSITORY, { branch: 'main', files: { 'test/hour.test.js': ONE_MORE_TEST } })),
    );
    const task = await stage.ended(issue);
    expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
    const commits = await stage.truth().commits(task.branch!);
    expect(commits.slice(0, 2).map(({ sha }) => sha)).toEqual([task.headSha, main]);
    const pull = stage.truth().pull(task.pullRequest!);
    expect(pull).toMatchObject({ draft: false, commits: 1, changedFiles: 1, mergeable: true });
    const judged = (await stage.truth().checks(pull.headSha)).find(({ name }) => name === 'signalbox/test');
    expect(judged).toMatchObject({ conclusion: 'success', title: '3 tests passed' });
  });

  story('changes the same lines: the work is in a draft, and the files are named', { script: PAUSED_MEND }, async (stage) => {
    const issue = await label(stage);
    await whilePaused(stage, () =>
      stage.ada.push(REPOSITORY, { branch: 'main', files: { 'src/duration.js': SOURCE.replace('Math.round', 'Math.ceil') } }),
    );
    const task = await stage.ended(issue);
    expect(task).toMatchObject({ state: 'failed', outcome: { code: 'publish.conflict' } });
    expect(task.outcome!.message).toContain('src/duration.js');
    expect(statusOf(stage, task)).toContain('/agent retry');
    expect(stage.truth().pull(task.pullRequest!)).toMatchObject({ draft: true, state: 'open', mergeable: false });
    expect(await stage.truth().file('main', 'src/duration.js')).toContain('Math.ceil');
    expect(await stage.truth().file(task.branch!, 'src/duration.js')).toContain('Math.floor');
  });

  story(
    'is still in conflict with a branch that is gone on with: it stays a draft; closed, it is begun anew',
    {
      script: [
        { when: 'The branch already carries work', turns: MORE_ON_IT },
        { when: 'begin anew', turns: [turn(bash("sed -i 's/Math.ceil/Math.floor/' src/duration.js")), submit('Cut minutes off')] },
        { turns: PAUSED_MEND },
      ],
    },
    async (stage) => {
      const issue = await label(stage);
      await whilePaused(stage, () =>
        stage.ada.push(REPOSITORY, { branch: 'main', files: { 'src/duration.js': SOURCE.replace('Math.round', 'Math.ceil') } }),
      );
      const first = await stage.ended(issue);
      await stage.ada.comment(REPOSITORY, issue, '/agent retry');
      const second = await stage.ended(issue, 2);
      expect(second).toMatchObject({ state: 'failed', outcome: { code: 'publish.conflict' }, pullRequest: first.pullRequest });
      expect(second.outcome!.message).toContain('src/duration.js');
      expect(stage.truth().pull(first.pullRequest!)).toMatchObject({ draft: true, commits: 2 });

      await stage.ada.close(REPOSITORY, first.pullRequest!);
      await stage.ada.comment(REPOSITORY, issue, '/agent retry begin anew');
      const third = await stage.ended(issue, 3);
      expect(third).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      expect(stage.truth().pull(third.pullRequest!)).toMatchObject({ draft: false, mergeable: true });
    },
  );

  story('gets the same change from somebody else: nothing is left to publish, and that is said', { script: PAUSED_MEND }, async (stage) => {
    const issue = await label(stage);
    await whilePaused(stage, () => stage.ada.push(REPOSITORY, { branch: 'main', files: { 'src/duration.js': MENDED } }));
    const task = await stage.ended(issue);
    expect(task).toMatchObject({ state: 'failed', outcome: { code: 'change.contained' }, pullRequest: null });
    expect(statusOf(stage, task)).toContain('Somebody else has brought the same change meanwhile');
    expect(Object.keys(await stage.truth().branches())).toEqual(['main']);
  });

  story(
    'is not what judges: a new script there does not replace the one that the work began with',
    { script: PAUSED_MEND },
    async (stage) => {
      const issue = await label(stage);
      const scripts = PROJECT['package.json']!.replace('"node --test"', '"false"');
      await whilePaused(stage, () => stage.ada.push(REPOSITORY, { branch: 'main', files: { 'package.json': scripts } }));
      expect(await stage.ended(issue)).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
    },
  );
});

describe('while an agent goes on with its branch, somebody else', () => {
  const MORE = [turn(PAUSE, create('CHANGELOG.md', '# Changes\n')), submit('Note the change')];
  const SAME_FILE = [
    turn(PAUSE, bash("sed -i 's/Seconds as people write them/Seconds in words/' src/duration.js")),
    submit('Say it shorter'),
  ];

  story(
    'pushes to it: both commits stay',
    { script: [{ when: 'The branch already carries work', turns: MORE }, { turns: MEND }] },
    async (stage) => {
      const issue = await label(stage);
      const first = await stage.ended(issue);
      await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent run note it');
      let hers = '';
      await whilePaused(
        stage,
        async () => (hers = await stage.ada.push(REPOSITORY, { branch: first.branch!, files: { 'NOTES.md': 'Mine.\n' } })),
      );
      const second = await stage.ended(issue, 2);
      expect(second).toMatchObject({ state: 'completed', branch: first.branch });
      expect((await stage.truth().commits(first.branch!)).slice(0, 3).map(({ sha }) => sha)).toEqual([second.headSha, hers, first.headSha]);
      expect(await stage.truth().file(first.branch!, 'NOTES.md')).toBe('Mine.\n');
    },
  );

  story(
    'pushes the same lines to it: hers stay, and the agent’s are not forced over them',
    { script: [{ when: 'The branch already carries work', turns: SAME_FILE }, { turns: MEND }] },
    async (stage) => {
      const issue = await label(stage);
      const first = await stage.ended(issue);
      await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent run say it shorter');
      let hers = '';
      await whilePaused(stage, async () => {
        hers = await stage.ada.push(REPOSITORY, {
          branch: first.branch!,
          files: { 'src/duration.js': MENDED.replace('Seconds as people write them', 'Seconds for people') },
        });
      });
      const second = await stage.ended(issue, 2);
      expect(second).toMatchObject({ state: 'failed', outcome: { code: 'publish.moved' } });
      expect(statusOf(stage, second)).toContain('nothing of theirs was overwritten');
      expect((await stage.truth().branches())[first.branch!]).toBe(hers);
      expect(stage.truth().pull(first.pullRequest!)).toMatchObject({ headSha: hers, draft: false });
    },
  );
});

describe('while an agent works, its branch name', () => {
  story('is taken by somebody: theirs is not overwritten', { script: PAUSED_MEND }, async (stage) => {
    const issue = await label(stage);
    const branch = 'agent/1-duration-119-says-2-minutes';
    let hers = '';
    await whilePaused(stage, async () => (hers = await stage.ada.push(REPOSITORY, { branch, files: { 'NOTES.md': 'Mine.\n' } })));
    expect(await stage.ended(issue)).toMatchObject({ state: 'failed', outcome: { code: 'publish.moved' } });
    expect((await stage.truth().branches())[branch]).toBe(hers);
    expect(stage.truth().pulls()).toEqual([]);
  });
});
