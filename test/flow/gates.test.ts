import { describe, expect } from 'vitest';
import { PROJECT } from '../demo/project.ts';
import { lastWords, opening, replies, statusOf } from './look.ts';
import { MEND, MISS, bash, create, replace, submit, turn } from './scripts.ts';
import { REPOSITORY, story, type Stage } from './stage.ts';
import type { Task } from '../../src/domain/task.ts';

const AGAIN = submit('Say that it is not always right');
const MENDED = turn(replace('src/duration.js', 'Math.round(seconds / 60)', 'Math.floor(seconds / 60)'));
/** The line of the assertion that fails. */
const RED_LINE = PROJECT['test/duration.test.js']!.split('\n').findIndex((line) => line.includes('119')) + 1;

async function labelled(stage: Stage, title = 'duration(119) says 2 minutes'): Promise<Task> {
  const issue = await stage.openIssue(title);
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return stage.ended(issue);
}

async function conclusions(stage: Stage, sha: string): Promise<Record<string, string | null>> {
  const checks = await stage.truth().checks(sha);
  return Object.fromEntries(checks.map(({ name, conclusion }) => [name.replace('signalbox/', ''), conclusion]));
}

describe('gates that stay red', () => {
  story(
    'end in a draft with the findings at their lines, after every round was handed to the agent',
    { script: [...MISS, AGAIN, AGAIN] },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'gates.red' } });
      expect(task.outcome!.message).toBe(`test, coverage are red. The work is in the draft pull request #${task.pullRequest}.`);
      const pull = stage.truth().pull(task.pullRequest!);
      expect(pull).toMatchObject({ draft: true, state: 'open', commits: 1 });
      expect(pull.body).toMatch(/\| ❌ \| test \| failed \|/);

      expect(await conclusions(stage, pull.headSha)).toEqual({
        agent: 'failure',
        coverage: 'failure',
        lint: 'success',
        test: 'failure',
        typecheck: 'neutral',
      });
      const red = (await stage.truth().checks(pull.headSha)).find(({ name }) => name === 'signalbox/test')!;
      expect(red.annotations).toEqual([
        expect.objectContaining({ path: 'test/duration.test.js', start_line: RED_LINE, annotation_level: 'failure' }),
      ]);
      expect(statusOf(stage, task)).toContain('/agent retry');

      const told = stage.model.requests.slice(2).map(lastWords);
      expect(told).toHaveLength(2);
      for (const words of told) {
        expect(words).toContain('These gates are not green: test (failed), coverage (failed).');
        expect(words).toContain(`test/duration.test.js\n  line ${RED_LINE}`);
        expect(words).toContain('the rest of a minute is not rounded up');
      }
    },
  );

  story(
    'are handed over as often as the settings say, and no more',
    { script: MISS, settings: { AGENT_GATE_ROUNDS: '0' } },
    async (stage) => {
      expect(await labelled(stage)).toMatchObject({ state: 'failed', outcome: { code: 'gates.red' } });
      expect(stage.model.requests).toHaveLength(2);
    },
  );

  story('and are then mended make one ready pull request', { script: [...MISS, MENDED, submit('Cut minutes off')] }, async (stage) => {
    const task = await labelled(stage);
    expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
    const pull = stage.truth().pull(task.pullRequest!);
    expect(pull).toMatchObject({ title: 'Cut minutes off', draft: false, commits: 1 });
    expect(stage.truth().pulls()).toHaveLength(1);
    expect(await conclusions(stage, pull.headSha)).toMatchObject({ agent: 'success', test: 'success' });
    expect((await stage.truth().checks()).filter(({ headSha }) => headSha !== pull.headSha)).toEqual([]);
  });

  story(
    'leave a draft that a later agent makes ready',
    {
      script: [{ when: 'The branch already carries work', turns: [MENDED, submit('Cut minutes off')] }, { turns: [...MISS, AGAIN, AGAIN] }],
    },
    async (stage) => {
      const first = await labelled(stage);
      expect(stage.truth().pull(first.pullRequest!).draft).toBe(true);
      await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent retry');
      const second = await stage.ended(first.subject.number, 2);
      expect(second).toMatchObject({ state: 'completed', pullRequest: first.pullRequest });
      expect(stage.truth().pull(first.pullRequest!)).toMatchObject({ draft: false, headSha: second.headSha, commits: 2 });
      expect(opening(stage.model.requests.at(-1)!)).toContain(`pull request #${first.pullRequest}`);
    },
  );
});

describe('an agent that would rather change its judges', () => {
  const neverRed = turn(bash(`sed -i 's/"node --test"/"true"/; s/"node --check [^"]*"/"true"/' package.json && git diff --stat`));
  story(
    'is judged by the test script of the base branch',
    { script: [neverRed, submit('Tests pass'), submit('Tests pass'), submit('Tests pass')] },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'gates.red' } });
      expect(await conclusions(stage, task.headSha!)).toMatchObject({ test: 'failure' });
      expect(stage.truth().pull(task.pullRequest!).draft).toBe(true);
    },
  );

  const settings = turn(create('.signalbox.yml', 'profile: custom\ngates:\n  nothing: "true"\n'));
  story(
    'and adds settings is told to put them back',
    { script: [settings, submit('Tests pass'), turn(bash('rm .signalbox.yml'), MENDED.tools![0]!), submit('Cut minutes off')] },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      expect(lastWords(stage.model.requests[2]!)).toContain('".signalbox.yml": Agents may not change what matches `.signalbox.yml`.');
      expect(await stage.truth().file(task.branch!, '.signalbox.yml')).toBeNull();
      expect(await conclusions(stage, task.headSha!)).toMatchObject({ test: 'success', coverage: 'success' });
    },
  );

  story(
    'and insists on its settings has nothing published',
    { script: [settings, submit('Tests pass'), submit('Tests pass'), submit('Tests pass')] },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'change.forbidden' }, pullRequest: null, headSha: null });
      expect(task.outcome!.message).toContain('.signalbox.yml');
      expect(Object.keys(await stage.truth().branches())).toEqual(['main']);
      expect(await stage.truth().checks()).toEqual([]);
      expect(stage.model.requests).toHaveLength(4);
    },
  );

  const hollow = turn(create('test/duration.test.js', '// nothing to see here\n'));
  story(
    'and empties the tests is found out by the coverage',
    { script: [hollow, submit('Tests pass'), submit('Tests pass'), submit('Tests pass')] },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'gates.red' } });
      expect(await conclusions(stage, task.headSha!)).toMatchObject({ coverage: 'failure' });
      expect(lastWords(stage.model.requests[2]!)).toContain('not green: coverage');
    },
  );
});

describe('a repository', () => {
  story(
    'without any gate gets its pull request, and is told that nobody judged it',
    {
      files: { 'README.md': '# notes\n\nTurns seconds into words.\n' },
      script: MISS,
    },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published.unjudged' } });
      expect(await conclusions(stage, task.headSha!)).toEqual({
        agent: 'success',
        coverage: 'neutral',
        lint: 'neutral',
        test: 'neutral',
        typecheck: 'neutral',
      });
      expect(stage.truth().pull(task.pullRequest!).body).toContain('0 passed, 4 not found');
      expect(statusOf(stage, task)).toContain('No gate judged it');
      expect(statusOf(stage, task)).not.toContain('✅ |');
    },
  );

  story(
    'of the strict kind is red for want of gates',
    {
      files: { 'README.md': '# notes\n\nTurns seconds into words.\n', '.signalbox.yml': 'profile: strict\nlimits:\n  gateRounds: 0\n' },
      script: MISS,
    },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'gates.red' } });
      expect(await conclusions(stage, task.headSha!)).toMatchObject({ typecheck: 'failure', lint: 'failure', test: 'failure' });
    },
  );

  story(
    'with gates of its own is judged by these, in their order',
    {
      files: {
        ...PROJECT,
        '.signalbox.yml': 'profile: custom\ngates:\n  words: grep -q words README.md\n  unit:\n    run: node --test\n    required: false\n',
      },
      script: MISS,
    },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      expect(await conclusions(stage, task.headSha!)).toEqual({ agent: 'success', words: 'success', unit: 'failure' });
      const pull = stage.truth().pull(task.pullRequest!);
      expect(pull.draft).toBe(false);
      expect(pull.body).toMatch(/words[\s\S]*unit \(not required\)/);
      expect(opening(stage.model.requests[0]!)).toContain('grep -q words README.md');
    },
  );

  story(
    'with a fault in its settings starts no agent, and is told the key',
    { files: { ...PROJECT, '.signalbox.yml': 'profile: strictest\ncoverage:\n  lines: "many"\n' }, script: [] },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'repository.settings-invalid' } });
      expect(statusOf(stage, task)).toContain('profile');
      expect(statusOf(stage, task)).toContain('coverage.lines');
      expect(stage.model.requests).toEqual([]);
      expect(Object.keys(await stage.truth().branches())).toEqual(['main']);
      expect(replies(stage, task.subject.number)).toEqual([]);
    },
  );

  story(
    'whose settings were mended is worked on after a retry',
    { files: { ...PROJECT, '.signalbox.yml': 'profile: strictest\n' }, script: MEND },
    async (stage) => {
      const task = await labelled(stage);
      await stage.ada.push(REPOSITORY, { branch: 'main', files: { '.signalbox.yml': 'profile: minimal\n' } });
      await stage.ada.comment(REPOSITORY, task.subject.number, '/agent retry');
      const second = await stage.ended(task.subject.number, 2);
      expect(second).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      expect(await conclusions(stage, second.headSha!)).toEqual({ agent: 'success', test: 'success' });
    },
  );

  const SETUP =
    'mkdir -p node_modules/.bin && printf "#!/bin/sh\\nexit 0\\n" > node_modules/.bin/own-lint && chmod +x node_modules/.bin/own-lint';
  const WITH_SETUP = { 'README.md': '# duration\n\nTurns seconds into words.\n', '.gitignore': 'node_modules\n' };
  story(
    'with a set-up of its own has it done for the agent, and anew for the gates',
    {
      files: { ...WITH_SETUP, '.signalbox.yml': `profile: custom\nsetup: ${JSON.stringify(SETUP)}\ngates:\n  lint: own-lint\n` },
      script: [turn(bash('ls node_modules/.bin; rm -r node_modules'), MISS[0]!.tools![0]!), MISS[1]!],
    },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'completed', outcome: { code: 'published' } });
      expect(opening(stage.model.requests[0]!)).toContain('The dependencies were installed with');
      expect(lastWords(stage.model.requests[1]!)).toContain('own-lint');
    },
  );

  story(
    'whose set-up fails is worked on all the same, and both are told',
    {
      files: {
        ...WITH_SETUP,
        '.signalbox.yml': 'profile: custom\nsetup: "echo no such package; exit 1"\nlimits:\n  gateRounds: 0\ngates:\n  lint: own-lint\n',
      },
      script: MISS,
    },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'gates.red' } });
      expect(opening(stage.model.requests[0]!)).toMatch(/failed\. The end of its output:[\s\S]*no such package/);
      const lint = (await stage.truth().checks(task.headSha!)).find(({ name }) => name === 'signalbox/lint')!;
      expect(lint.text).toContain('no such package');
    },
  );
});
